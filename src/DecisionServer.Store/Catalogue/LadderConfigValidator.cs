namespace DecisionServer.Store;

/// <summary>The limits of a ladder list. Finds every fault, not only the first.</summary>
public static class LadderConfigValidator
{
    /// <summary>
    /// Adds one sentence for each fault of a list to <paramref name="errors"/>, as "field: fault" ("offers[3].score: is not a finite number").
    /// </summary>
    public static void Validate(IReadOnlyList<ScoredOfferConfig> offers, int maxOffers, ICollection<string> errors)
    {
        if (offers.Count > maxOffers)
        {
            errors.Add($"offers: has {offers.Count} entries, at most {maxOffers} are allowed");
            return;
        }

        var seen = new Dictionary<string, int>(offers.Count, StringComparer.Ordinal);
        for (var i = 0; i < offers.Count; i++)
        {
            if (!IdRules.IsValid(offers[i].OfferId, out var fault)) errors.Add($"offers[{i}].offer_id: {fault}");
            else if (!seen.TryAdd(offers[i].OfferId, i)) errors.Add($"offers[{i}].offer_id: \"{offers[i].OfferId}\" is the id of offers[{seen[offers[i].OfferId]}] already");
            if (!float.IsFinite(offers[i].Score)) errors.Add($"offers[{i}].score: is not a finite number");
        }
    }
}
