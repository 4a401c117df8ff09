namespace DecisionServer.Store;

/// <summary>How a placement ranks.</summary>
public enum PlacementStrategy
{
    /// <summary>By the score of the offer set.</summary>
    Affinity = 1,

    /// <summary>By propensity x context x value x levers.</summary>
    Arbitration = 2,

    /// <summary>By a weighted sum of propensity, context, value and boost.</summary>
    Weighted = 3,
}

/// <summary>What a search ranking does with an item that is not available.</summary>
public enum UnavailableItems
{
    /// <summary>It is left out.</summary>
    Drop = 1,

    /// <summary>It goes behind all available ones.</summary>
    Demote = 2,
}

/// <summary>What counts as an impression in a placement.</summary>
public enum CountImpressions
{
    /// <summary>What RecordEvents reports.</summary>
    OnEvents = 1,

    /// <summary>What a decision (not a dry run) shows.</summary>
    OnDecision = 2,
}

/// <summary>Coefficients of <see cref="PlacementStrategy.Weighted"/>, each 0 to 1,000.</summary>
/// <param name="Propensity">Of the score in the offer set.</param>
/// <param name="Context">Of the context part: 1, or the placement's lift where focus or basket match.</param>
/// <param name="Value">Of the offer's value.</param>
/// <param name="Boost">Of the offer's boost.</param>
public readonly record struct StrategyWeights(float Propensity, float Context, float Value, float Boost)
{
    /// <summary>Propensity alone.</summary>
    public static StrategyWeights Default => new(1, 0, 0, 0);
}

/// <summary>Coefficients of a search ranking, each 0 to 1,000. Null: the default of <see cref="SearchWeights"/>.</summary>
public sealed record SearchWeightsConfig
{
    /// <summary>Of the caller's relevance.</summary>
    public float? Relevance { get; init; }

    /// <summary>Of the member's affinity for the item.</summary>
    public float? Item { get; init; }

    /// <summary>Of the affinity for its category.</summary>
    public float? Category { get; init; }

    /// <summary>Of the affinity for its brand.</summary>
    public float? Brand { get; init; }

    /// <summary>Of being covered by a personal offer that may be shown now.</summary>
    public float? Offer { get; init; }

    /// <summary>On top of it, of being covered by an offer that the member has activated.</summary>
    public float? Activated { get; init; }
}

/// <summary>A named slot and how it is filled, as written by its owner. <see cref="PlacementConfigValidator"/> checks it.</summary>
public sealed record PlacementConfig
{
    /// <summary>1 to 64 bytes: "app.home".</summary>
    public required string Name { get; init; }

    /// <summary>How it ranks.</summary>
    public PlacementStrategy Strategy { get; init; } = PlacementStrategy.Affinity;

    /// <summary>Coefficients of <see cref="PlacementStrategy.Weighted"/>. Null: <see cref="StrategyWeights.Default"/>.</summary>
    public StrategyWeights? Weights { get; init; }

    /// <summary>Offers where the request gives no count, 1 to 100. 0: 10.</summary>
    public int DefaultCount { get; init; }

    /// <summary>At most so many offers of one category. 0: any number.</summary>
    public int MaxPerCategory { get; init; }

    /// <summary>At most so many offers of one brand. 0: any number.</summary>
    public int MaxPerBrand { get; init; }

    /// <summary>Offers of the member's set scored lower are dropped, unless the request gives its own minimum. Null: none are.</summary>
    public float? MinScore { get; init; }

    /// <summary>Context part of an offer whose category is in focus or that covers an item of the basket, 0 to 1,000. Null: 1.5.</summary>
    public float? ContextLift { get; init; }

    /// <summary>Leave slots empty rather than fill them from the ladder.</summary>
    public bool NoFallback { get; init; }

    /// <summary>For the placement "search": coefficients. Null: all defaults.</summary>
    public SearchWeightsConfig? SearchWeights { get; init; }

    /// <summary>For the placement "search": what happens to items that are not available.</summary>
    public UnavailableItems UnavailableItems { get; init; } = UnavailableItems.Drop;

    /// <summary>What counts as an impression here.</summary>
    public CountImpressions CountImpressions { get; init; } = CountImpressions.OnEvents;

    /// <summary>Show activated offers, flagged, rather than move the next best ones up.</summary>
    public bool ShowActivated { get; init; }
}
