namespace DecisionServer.Store;

/// <summary>Coefficients of a search ranking, defaults filled in. Each signal is first brought to 0..1 by the best among the candidates.</summary>
/// <param name="Relevance">Of the caller's relevance.</param>
/// <param name="Item">Of the member's affinity for the item.</param>
/// <param name="Category">Of the affinity for its category.</param>
/// <param name="Brand">Of the affinity for its brand.</param>
/// <param name="Offer">Of being covered by a personal offer that may be shown now.</param>
/// <param name="Activated">On top of it, of being covered by an offer that the member has activated.</param>
public readonly record struct SearchWeights(float Relevance, float Item, float Category, float Brand, float Offer, float Activated)
{
    /// <summary>
    /// The defaults. What a member buys again and again (item) outranks what others buy (relevance); category, brand and a
    /// personal offer only decide between items that are close otherwise.
    /// </summary>
    public static SearchWeights Default => new(1f, 1.5f, 0.1f, 0.1f, 0.05f, 0.1f);
}

/// <summary>A placement compiled for decisions: every default filled in. Immutable.</summary>
public sealed class Placement
{
    /// <summary>Most offers of one placement in one answer.</summary>
    public const int MaxCount = 100;

    /// <summary>Offers where neither request nor placement gives a count.</summary>
    public const int BuiltInCount = 10;

    /// <summary>Context part of an offer that matches focus or basket, where the placement does not give its own.</summary>
    public const float BuiltInContextLift = 1.5f;

    internal Placement(PlacementConfig config)
    {
        Config = config;
        Weights = config.Weights ?? StrategyWeights.Default;
        DefaultCount = config.DefaultCount == 0 ? BuiltInCount : config.DefaultCount;
        MaxPerCategory = config.MaxPerCategory == 0 ? int.MaxValue : config.MaxPerCategory;
        MaxPerBrand = config.MaxPerBrand == 0 ? int.MaxValue : config.MaxPerBrand;
        MinScore = config.MinScore ?? float.NegativeInfinity;
        ContextLift = config.ContextLift ?? BuiltInContextLift;
        var (search, defaults) = (config.SearchWeights, SearchWeights.Default);
        Search = new SearchWeights(search?.Relevance ?? defaults.Relevance, search?.Item ?? defaults.Item,
            search?.Category ?? defaults.Category, search?.Brand ?? defaults.Brand, search?.Offer ?? defaults.Offer, search?.Activated ?? defaults.Activated);
        Key = NameKey.From(config.Name);
    }

    /// <summary>What it was compiled from.</summary>
    public PlacementConfig Config { get; }

    /// <summary>Its name.</summary>
    public string Name => Config.Name;

    /// <summary>What counters know it by (<see cref="NameKey"/>).</summary>
    public ulong Key { get; }

    /// <summary>Whether decisions count what they show here as impressions.</summary>
    public bool CountsOnDecision => Config.CountImpressions == CountImpressions.OnDecision;

    /// <summary>Whether activated offers are shown, flagged, rather than moved out.</summary>
    public bool ShowActivated => Config.ShowActivated;

    /// <summary>How it ranks.</summary>
    public PlacementStrategy Strategy => Config.Strategy;

    /// <summary>Coefficients of <see cref="PlacementStrategy.Weighted"/>.</summary>
    public StrategyWeights Weights { get; }

    /// <summary>Offers where the request gives no count, 1 to <see cref="MaxCount"/>.</summary>
    public int DefaultCount { get; }

    /// <summary>Most offers of one category; <see cref="int.MaxValue"/>: any number.</summary>
    public int MaxPerCategory { get; }

    /// <summary>Most offers of one brand; <see cref="int.MaxValue"/>: any number.</summary>
    public int MaxPerBrand { get; }

    /// <summary>Lowest score of the member's set that is shown; negative infinity: any.</summary>
    public float MinScore { get; }

    /// <summary>Context part of an offer that matches focus or basket. Others have 1.</summary>
    public float ContextLift { get; }

    /// <summary>Leave slots empty rather than fill them from the ladder.</summary>
    public bool NoFallback => Config.NoFallback;

    /// <summary>Coefficients of a search ranking.</summary>
    public SearchWeights Search { get; }

    /// <summary>What a search ranking does with items that are not available.</summary>
    public UnavailableItems UnavailableItems => Config.UnavailableItems;
}
