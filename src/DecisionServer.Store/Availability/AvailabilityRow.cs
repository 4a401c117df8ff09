namespace DecisionServer.Store;

/// <summary>What is stored for one subject in one scope. Null: never set.</summary>
public sealed record AvailabilityRow
{
    /// <summary>What the row is about.</summary>
    public required AvailabilitySubject Subject { get; init; }

    /// <summary>Id of the offer or item.</summary>
    public required string SubjectId { get; init; }

    /// <summary>Where the row applies.</summary>
    public AvailabilityScopeKind Scope { get; init; }

    /// <summary>Id of the chain or store; empty for <see cref="AvailabilityScopeKind.Everywhere"/>.</summary>
    public string ScopeId { get; init; } = "";

    /// <summary>On or off.</summary>
    public bool? Available { get; init; }

    /// <summary>Units left.</summary>
    public long? Stock { get; init; }

    /// <summary>Price in the smallest unit of the currency.</summary>
    public long? PriceMinor { get; init; }

    /// <summary>First instant at which it may be shown.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>First instant at which it may no longer be shown.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Version, 1 or more.</summary>
    public required ulong Version { get; init; }

    /// <summary>Epoch at which it was last changed, 1 or more.</summary>
    public required ulong Epoch { get; init; }
}
