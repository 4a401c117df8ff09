namespace DecisionServer.Store;

/// <summary>The limits of an offer, all in one place. Finds every fault, not only the first.</summary>
public static class OfferConfigValidator
{
    /// <summary>
    /// Adds one sentence for each fault of <paramref name="offer"/> to <paramref name="errors"/>, as "field: fault"
    /// ("item_ids[3]: is empty"). The caller puts in front which offer it is.
    /// </summary>
    public static void Validate(OfferConfig offer, ICollection<string> errors)
    {
        Id(offer.OfferId, "offer_id", -1, errors);
        Text(offer.CampaignId, "campaign_id", 64, errors);
        Text(offer.CampaignType, "campaign_type", 64, errors);
        Text(offer.Category, "category", 64, errors);
        Text(offer.Department, "department", 64, errors);
        Text(offer.Brand, "brand", 64, errors);
        Text(offer.Title, "title", 256, errors);
        Text(offer.Consent, "consent", 64, errors);
        Ids(offer.ItemIds, "item_ids", OfferConfig.MaxItems, errors);
        Ids(offer.Channels, "channels", OfferConfig.MaxChannels, errors);
        Ids(offer.ChainIds, "chain_ids", OfferConfig.MaxScopes, errors);
        Ids(offer.StoreIds, "store_ids", OfferConfig.MaxScopes, errors);
        Ids(offer.Segments, "segments", OfferConfig.MaxScopes, errors);
        if (offer.PriceMinor < 0) errors.Add(Invariant($"price_minor: is {offer.PriceMinor}, must be 0 or more"));
        Number(offer.Value, "value", 1_000_000, errors);
        Number(offer.Boost, "boost", 1_000, errors);
        CapRuleConfigValidator.ValidateOfOffer(offer.Caps, errors);
        Content(offer.Content, errors);
    }

    private static void Id(string? id, string field, int index, ICollection<string> errors)
    {
        if (!IdRules.IsValid(id, out var fault)) errors.Add(index < 0 ? $"{field}: {fault}" : $"{field}[{index}]: {fault}");
    }

    private static void Ids(IReadOnlyList<string> ids, string field, int max, ICollection<string> errors)
    {
        if (ids.Count > max) errors.Add(Invariant($"{field}: has {ids.Count} entries, at most {max} are allowed"));

        // Beyond the limit nothing needs to be looked at: the offer is refused anyway, and a hostile list must not cost time.
        for (var i = 0; i < Math.Min(ids.Count, max); i++) Id(ids[i], field, i, errors);
    }

    private static void Text(string? text, string field, int maxBytes, ICollection<string> errors)
    {
        if (!TextRules.IsValid(text, maxBytes, out var fault)) errors.Add($"{field}: {fault}");
    }

    private static void Number(float? number, string field, float max, ICollection<string> errors)
    {
        if (number is { } given && !(given >= 0 && given <= max))
            errors.Add(Invariant($"{field}: is {given}, must be between 0 and {max}"));
    }

    private static void Content(IReadOnlyDictionary<string, string> content, ICollection<string> errors)
    {
        if (content.Count > OfferConfig.MaxContentEntries)
        {
            errors.Add(Invariant($"content: has {content.Count} entries, at most {OfferConfig.MaxContentEntries} are allowed"));
            return;
        }

        foreach (var (key, value) in content)
        {
            if (!IdRules.IsValid(key, out var fault)) errors.Add($"content: a key {fault}");
            else Text(value, $"content[{key}]", 1_024, errors);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
