namespace DecisionServer.Store;

/// <summary>The limits of a placement. Finds every fault, not only the first.</summary>
public static class PlacementConfigValidator
{
    private const float MaxWeight = 1_000;

    /// <summary>Adds one sentence for each fault to <paramref name="errors"/>, as "field: fault". The caller puts in front which placement it is.</summary>
    public static void Validate(PlacementConfig placement, ICollection<string> errors)
    {
        if (!IdRules.IsValid(placement.Name, out var fault)) errors.Add($"name: {fault}");
        if (!Enum.IsDefined(placement.Strategy)) errors.Add($"strategy: {(int)placement.Strategy} is not a known strategy");
        if (placement.DefaultCount is < 0 or > Placement.MaxCount)
            errors.Add($"default_count: is {placement.DefaultCount}, must be between 1 and {Placement.MaxCount}, or 0 for {Placement.BuiltInCount}");
        if (placement.MaxPerCategory < 0) errors.Add($"max_per_category: is {placement.MaxPerCategory}, must be 0 or more");
        if (placement.MaxPerBrand < 0) errors.Add($"max_per_brand: is {placement.MaxPerBrand}, must be 0 or more");
        if (placement.MinScore is { } minimum && !float.IsFinite(minimum)) errors.Add("min_score: is not a finite number");
        Weight(placement.ContextLift, "context_lift", errors);
        Weight(placement.Weights?.Propensity, "weights.propensity", errors);
        Weight(placement.Weights?.Context, "weights.context", errors);
        Weight(placement.Weights?.Value, "weights.value", errors);
        Weight(placement.Weights?.Boost, "weights.boost", errors);
        Weight(placement.SearchWeights?.Relevance, "search_weights.relevance", errors);
        Weight(placement.SearchWeights?.Item, "search_weights.item", errors);
        Weight(placement.SearchWeights?.Category, "search_weights.category", errors);
        Weight(placement.SearchWeights?.Brand, "search_weights.brand", errors);
        Weight(placement.SearchWeights?.Offer, "search_weights.offer", errors);
        Weight(placement.SearchWeights?.Activated, "search_weights.activated", errors);
        if (!Enum.IsDefined(placement.CountImpressions))
            errors.Add($"count_impressions: {(int)placement.CountImpressions} is not a known choice");
        if (!Enum.IsDefined(placement.UnavailableItems))
            errors.Add($"unavailable_items: {(int)placement.UnavailableItems} is not a known choice");
    }

    private static void Weight(float? weight, string field, ICollection<string> errors)
    {
        if (weight is { } given && !(given >= 0 && given <= MaxWeight))
            errors.Add(FormattableString.Invariant($"{field}: is {given}, must be between 0 and {MaxWeight}"));
    }
}
