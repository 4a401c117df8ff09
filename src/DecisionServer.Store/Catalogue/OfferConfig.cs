using System.Collections.ObjectModel;

namespace DecisionServer.Store;

/// <summary>
/// An offer as the retailer defines it. Everything but <see cref="OfferId"/> is optional.
/// <see cref="OfferConfigValidator"/> checks it, <see cref="CatalogueSnapshot"/> compiles it to an <see cref="Offer"/>.
/// </summary>
public sealed record OfferConfig
{
    /// <summary>Most items an offer may cover.</summary>
    public const int MaxItems = 20_000;

    /// <summary>Most chains, stores or segments an offer may name, each.</summary>
    public const int MaxScopes = 20_000;

    /// <summary>Most channels an offer, and a whole catalogue, may name.</summary>
    public const int MaxChannels = 64;

    /// <summary>Most entries of <see cref="Content"/>.</summary>
    public const int MaxContentEntries = 32;

    /// <summary>Unique in its catalogue. 1 to 64 bytes of UTF-8.</summary>
    public required string OfferId { get; init; }

    /// <summary>Campaign the offer belongs to. At most 64 bytes; empty: none.</summary>
    public string CampaignId { get; init; } = "";

    /// <summary>Kind of campaign. At most 64 bytes; empty: none.</summary>
    public string CampaignType { get; init; } = "";

    /// <summary>Category for diversity, focus and search. At most 64 bytes; empty: none.</summary>
    public string Category { get; init; } = "";

    /// <summary>Department. At most 64 bytes; empty: none.</summary>
    public string Department { get; init; } = "";

    /// <summary>Brand for diversity and search. At most 64 bytes; empty: none.</summary>
    public string Brand { get; init; } = "";

    /// <summary>Title shown to people. At most 256 bytes.</summary>
    public string Title { get; init; } = "";

    /// <summary>Consent the member must have given. At most 64 bytes; empty: none needed.</summary>
    public string Consent { get; init; } = "";

    /// <summary>First instant at which the offer may be shown. Null: always was.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>First instant at which the offer may no longer be shown. Null: for ever.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Items the offer covers. At most <see cref="MaxItems"/>, 1 to 64 bytes each; an id given twice counts once.</summary>
    public IReadOnlyList<string> ItemIds { get; init; } = [];

    /// <summary>Channels the offer may be shown on. At most <see cref="MaxChannels"/>. Empty: all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Chains the offer is for. At most <see cref="MaxScopes"/>. Empty: all.</summary>
    public IReadOnlyList<string> ChainIds { get; init; } = [];

    /// <summary>Stores the offer is for. At most <see cref="MaxScopes"/>. Empty: all.</summary>
    public IReadOnlyList<string> StoreIds { get; init; } = [];

    /// <summary>Segments one of which the member must be in. At most <see cref="MaxScopes"/>. Empty: no condition.</summary>
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Price in the smallest unit of the currency, 0 or more. Null: unknown.</summary>
    public long? PriceMinor { get; init; }

    /// <summary>Business value for arbitration, 0 to 1,000,000. Null: 1.</summary>
    public float? Value { get; init; }

    /// <summary>Lever for arbitration, 0 to 1,000. Null: 1.</summary>
    public float? Boost { get; init; }

    /// <summary>Caps on this offer. At most <see cref="CapRuleConfig.MaxPerOffer"/>.</summary>
    public IReadOnlyList<CapRuleConfig> Caps { get; init; } = [];

    /// <summary>Further texts handed through to answers. At most <see cref="MaxContentEntries"/>, keys of 1 to 64 bytes, values of at most 1,024.</summary>
    public IReadOnlyDictionary<string, string> Content { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
