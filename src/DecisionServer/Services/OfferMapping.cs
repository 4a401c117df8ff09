using DecisionServer.Store;

namespace DecisionServer.Services;

/// <summary>Offers between the contract and the store.</summary>
public static class OfferMapping
{
    /// <summary>
    /// The offer as the store takes it. Adds one sentence for each fault to <paramref name="errors"/>, as "field: fault"; the caller puts in front
    /// which offer it is. With a fault the result must not be used.
    /// </summary>
    public static OfferConfig ToConfig(V1.Offer offer, ICollection<string> errors)
    {
        var config = new OfferConfig
        {
            OfferId = offer.OfferId,
            CampaignId = offer.CampaignId,
            CampaignType = offer.CampaignType,
            Category = offer.Category,
            Department = offer.Department,
            Brand = offer.Brand,
            Title = offer.Title,
            Consent = offer.Consent,
            ValidFrom = Instants.Read(offer.ValidFrom, "valid_from", errors),
            ValidUntil = Instants.Read(offer.ValidUntil, "valid_until", errors),
            ItemIds = [.. offer.ItemIds],
            Channels = [.. offer.Channels],
            ChainIds = [.. offer.ChainIds],
            StoreIds = [.. offer.StoreIds],
            Segments = [.. offer.Segments],
            PriceMinor = offer.HasPriceMinor ? offer.PriceMinor : null,
            Value = offer.HasValue ? offer.Value : null,
            Boost = offer.HasBoost ? offer.Boost : null,
            Caps = [.. offer.Caps.Select(cap => CapMapping.ToConfig(cap))],
            Content = new Dictionary<string, string>(offer.Content, StringComparer.Ordinal),
        };
        OfferConfigValidator.Validate(config, errors);
        return config;
    }

    /// <summary>The offer as the contract shows it.</summary>
    public static V1.Offer ToProto(OfferConfig config)
    {
        var offer = new V1.Offer
        {
            OfferId = config.OfferId,
            CampaignId = config.CampaignId,
            CampaignType = config.CampaignType,
            Category = config.Category,
            Department = config.Department,
            Brand = config.Brand,
            Title = config.Title,
            Consent = config.Consent,
            ValidFrom = Instants.Write(config.ValidFrom),
            ValidUntil = Instants.Write(config.ValidUntil),
        };
        offer.ItemIds.Add(config.ItemIds);
        offer.Channels.Add(config.Channels);
        offer.ChainIds.Add(config.ChainIds);
        offer.StoreIds.Add(config.StoreIds);
        offer.Segments.Add(config.Segments);
        offer.Caps.Add(config.Caps.Select(CapMapping.ToProto));
        if (config.PriceMinor is { } price) offer.PriceMinor = price;
        if (config.Value is { } value) offer.Value = value;
        if (config.Boost is { } boost) offer.Boost = boost;
        foreach (var (key, text) in config.Content) offer.Content.Add(key, text);
        return offer;
    }
}
