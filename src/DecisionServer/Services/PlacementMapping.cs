using DecisionServer.Store;

namespace DecisionServer.Services;

/// <summary>Placements between the contract and the store.</summary>
internal static class PlacementMapping
{
    /// <summary>The placement as the store takes it. Adds one sentence for each fault to <paramref name="errors"/>, as "field: fault".</summary>
    public static PlacementConfig ToConfig(V1.Placement placement, ICollection<string> errors)
    {
        var config = new PlacementConfig
        {
            Name = placement.Name,
            Strategy = placement.Strategy == V1.Strategy.Unspecified ? PlacementStrategy.Affinity : (PlacementStrategy)placement.Strategy,
            Weights = placement.Weights is { } weights
                ? new StrategyWeights(weights.Propensity, weights.Context, weights.Value, weights.Boost)
                : null,
            DefaultCount = placement.DefaultCount,
            MaxPerCategory = placement.MaxPerCategory,
            MaxPerBrand = placement.MaxPerBrand,
            MinScore = placement.HasMinScore ? placement.MinScore : null,
            ContextLift = placement.HasContextLift ? placement.ContextLift : null,
            NoFallback = placement.NoFallback,
            SearchWeights = placement.SearchWeights is { } search ? ToConfig(search) : null,
            UnavailableItems = placement.UnavailableItems == V1.UnavailableItems.Unspecified
                ? UnavailableItems.Drop
                : (UnavailableItems)placement.UnavailableItems,
            CountImpressions = placement.CountImpressions == V1.CountImpressions.Unspecified
                ? CountImpressions.OnEvents
                : (CountImpressions)placement.CountImpressions,
            ShowActivated = placement.ShowActivated,
        };
        PlacementConfigValidator.Validate(config, errors);
        return config;
    }

    /// <summary>The placement as the contract shows it: what was configured, defaults left out.</summary>
    public static V1.Placement ToProto(PlacementConfig config)
    {
        var placement = new V1.Placement
        {
            Name = config.Name,
            Strategy = (V1.Strategy)config.Strategy,
            DefaultCount = config.DefaultCount,
            MaxPerCategory = config.MaxPerCategory,
            MaxPerBrand = config.MaxPerBrand,
            NoFallback = config.NoFallback,
            UnavailableItems = (V1.UnavailableItems)config.UnavailableItems,
            CountImpressions = (V1.CountImpressions)config.CountImpressions,
            ShowActivated = config.ShowActivated,
        };
        if (config.Weights is { } weights)
        {
            placement.Weights = new V1.StrategyWeights
            {
                Propensity = weights.Propensity,
                Context = weights.Context,
                Value = weights.Value,
                Boost = weights.Boost,
            };
        }

        if (config.MinScore is { } minScore) placement.MinScore = minScore;
        if (config.ContextLift is { } lift) placement.ContextLift = lift;
        if (config.SearchWeights is { } search) placement.SearchWeights = ToProto(search);
        return placement;
    }

    private static SearchWeightsConfig ToConfig(V1.SearchWeights search) => new()
    {
        Relevance = search.HasRelevance ? search.Relevance : null,
        Item = search.HasItem ? search.Item : null,
        Category = search.HasCategory ? search.Category : null,
        Brand = search.HasBrand ? search.Brand : null,
        Offer = search.HasOffer ? search.Offer : null,
        Activated = search.HasActivated ? search.Activated : null,
    };

    private static V1.SearchWeights ToProto(SearchWeightsConfig config)
    {
        var search = new V1.SearchWeights();
        if (config.Relevance is { } relevance) search.Relevance = relevance;
        if (config.Item is { } item) search.Item = item;
        if (config.Category is { } category) search.Category = category;
        if (config.Brand is { } brand) search.Brand = brand;
        if (config.Offer is { } offer) search.Offer = offer;
        if (config.Activated is { } activated) search.Activated = activated;
        return search;
    }
}
