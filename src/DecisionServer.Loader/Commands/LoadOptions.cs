using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>A load as ordered on the command line.</summary>
internal sealed record LoadOptions
{
    public required string GenerationId { get; init; }

    public required InputSpec Offers { get; init; }

    public required InputSpec OfferSets { get; init; }

    public InputSpec? Affinities { get; init; }

    /// <summary>Sets to come, about; null: estimated from the file.</summary>
    public int? ExpectedSets { get; init; }

    /// <summary>Publish once the gates have passed.</summary>
    public bool Publish { get; init; }

    /// <summary>Publish even if a gate failed.</summary>
    public bool Force { get; init; }

    /// <summary>Live nodes of a fleet that must have it complete; 0: all.</summary>
    public int Quorum { get; init; }

    /// <summary>How long these are waited for. Null: as long as the server does by itself.</summary>
    public Google.Protobuf.WellKnownTypes.Duration? Wait { get; init; }

    public bool Resume { get; init; }

    /// <summary>Most bad rows before the load stops.</summary>
    public int MaxErrors { get; init; }

    public int ChunkBytes { get; init; } = ChunkSize.Default;

    public SendOptions Send { get; init; } = new(2, TimeSpan.FromSeconds(60));

    public GateLimits? Limits { get; init; }

    /// <summary>All inputs.</summary>
    public IEnumerable<InputSpec> Inputs => Affinities is null ? [Offers, OfferSets] : [Offers, OfferSets, Affinities];

    /// <summary>The inputs of sets, in the order they are read.</summary>
    public IReadOnlyList<(InputSpec Spec, bool Affinities)> SetInputs => Affinities is null ? [(OfferSets, false)] : [(OfferSets, false), (Affinities, true)];

    /// <summary>True: everything can be read a second time.</summary>
    public bool CanRewind => !Inputs.Any(input => input.IsStandardInput);
}
