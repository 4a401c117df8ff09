namespace DecisionServer.Loader;

/// <summary>Fields of an offer in files: columns of CSV and members of NDJSON carry these names, in this order.</summary>
internal enum OfferField
{
    OfferId,
    CampaignId,
    CampaignType,
    Category,
    Department,
    Brand,
    ValidFrom,
    ValidUntil,
    ProductIds,
    Title,
    Channels,
    Chains,
    Stores,
    PriceMinor,
    Value,
    Boost,
    Segments,
    Consent,
    Caps,
}

/// <summary>Names of the fields.</summary>
internal static class OfferFields
{
    /// <summary>By <see cref="OfferField"/>; the first one is required.</summary>
    public static readonly string[] Names =
    [
        "offer_id", "campaign_id", "campaign_type", "category", "department", "brand", "valid_from", "valid_until", "product_ids",
        "title", "channels", "chains", "stores", "price_minor", "value", "boost", "segments", "consent", "caps",
    ];

    public static bool IsList(OfferField field)
        => field is OfferField.ProductIds or OfferField.Channels or OfferField.Chains or OfferField.Stores or OfferField.Segments;

    /// <summary>Whether it is a list of caps (<see cref="CapText"/>), written as a list of texts.</summary>
    public static bool IsCaps(OfferField field) => field is OfferField.Caps;

    public static bool IsNumber(OfferField field) => field is OfferField.PriceMinor or OfferField.Value or OfferField.Boost;
}
