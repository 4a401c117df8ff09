using System.Text.Json.Serialization;

namespace DecisionServer.Fleet;

/// <summary>Which generation answers in the whole fleet, and from when on. Truth holds one of these; each publish replaces it.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Previous">The one before, to roll back to; empty: none.</param>
/// <param name="At">By truth's clock: from this instant on no node answers from another one.</param>
/// <param name="Number">Grows by one with each publish.</param>
internal sealed record CurrentFact(string Generation, string Previous, DateTimeOffset At, long Number);

/// <summary>A generation that a node has sealed, for the others to fetch.</summary>
/// <param name="ContentHash">Hash over its segments.</param>
/// <param name="Node">The node that sealed it.</param>
/// <param name="Passed">Whether its gates passed.</param>
internal sealed record SealedFact(string ContentHash, string Node, bool Passed);

/// <summary>What a node tells of itself with each heartbeat, beside what the registry knows by itself.</summary>
internal sealed record NodeContent
{
    /// <summary>Where it takes gRPC calls.</summary>
    public string Address { get; init; } = "";

    /// <summary>Where it is in its life.</summary>
    public string State { get; init; } = "";

    /// <summary>The generation that answers; empty: none.</summary>
    public string Current { get; init; } = "";

    /// <summary>Complete generations beside it.</summary>
    public IReadOnlyList<string> Sealed { get; init; } = [];

    /// <summary>Shards that it owns; empty: all.</summary>
    public IReadOnlyList<int> Shards { get; init; } = [];
}

/// <summary>How the documents of a fleet are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CurrentFact))]
[JsonSerializable(typeof(SealedFact))]
[JsonSerializable(typeof(NodeContent))]
internal sealed partial class FleetJson : JsonSerializerContext;
