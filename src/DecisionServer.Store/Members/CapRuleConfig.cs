namespace DecisionServer.Store;

/// <summary>
/// A cap as written by its owner: at most so many events of a kind, within a window, per member or in total. An offer that would
/// break it is not shown, not activated and not redeemed. <see cref="CapRuleConfigValidator"/> checks it.
/// </summary>
public sealed record CapRuleConfig
{
    /// <summary>Most caps an offer may carry.</summary>
    public const int MaxPerOffer = 16;

    /// <summary>Most caps that belong to no offer.</summary>
    public const int MaxRules = 100;

    /// <summary>Highest limit.</summary>
    public const int MaxLimit = 1_000_000;

    /// <summary>Highest limit of a rolling window: so many instants are kept for each member.</summary>
    public const int MaxRollingLimit = 100;

    /// <summary>Longest rolling window.</summary>
    public static readonly TimeSpan MaxRolling = TimeSpan.FromDays(366);

    /// <summary>Its name, 1 to 64 bytes. Empty for a cap that an offer carries.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it counts.</summary>
    public required CapEvent Event { get; init; }

    /// <summary>For <see cref="CapEvent.Custom"/>: the kind, 1 to 64 bytes. Else empty.</summary>
    public string CustomKind { get; init; } = "";

    /// <summary>What it counts together.</summary>
    public CapScope Scope { get; init; } = CapScope.Offer;

    /// <summary>The offer id, placement or channel it is about. Empty: each one by itself.</summary>
    public string Target { get; init; } = "";

    /// <summary>Whose events it counts together.</summary>
    public required CapPer Per { get; init; }

    /// <summary>Most events, 1 to 1,000,000; 1 to 100 for rolling windows.</summary>
    public required int Limit { get; init; }

    /// <summary>Within which time.</summary>
    public CapWindow Window { get; init; } = CapWindow.Forever;
}
