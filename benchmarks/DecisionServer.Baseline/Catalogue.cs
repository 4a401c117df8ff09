using DecisionServer.V1;
using StackExchange.Redis;

namespace DecisionServer.Baseline;

/// <summary>An offer as answers need it, worked out once.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Content">What an answer tells of it.</param>
/// <param name="ValidFrom">First instant at which it may be shown.</param>
/// <param name="ValidUntil">First instant at which it may no longer be shown.</param>
internal sealed record CatalogueOffer(Offer Offer, IReadOnlyDictionary<string, string> Content, DateTimeOffset ValidFrom, DateTimeOffset ValidUntil);

/// <summary>The catalogue of the current generation, in memory.</summary>
internal sealed class Catalogue
{
    private Catalogue(string generation, CatalogueOffer[] offers) => (Generation, Offers) = (generation, offers);

    /// <summary>Id of the generation.</summary>
    public string Generation { get; }

    /// <summary>Its offers by index.</summary>
    public IReadOnlyList<CatalogueOffer> Offers { get; }

    public static async Task<Catalogue> Read(IDatabase redis)
    {
        var generation = (string?)await redis.StringGetAsync(RedisLayout.Current) ?? throw new InvalidOperationException("Redis holds no generation: load one first.");
        var offers = await redis.ListRangeAsync(RedisLayout.Catalogue(generation));
        return new Catalogue(generation, [.. offers.Select(offer => Prepare(Offer.Parser.ParseFrom((byte[])offer!)))]);
    }

    private static CatalogueOffer Prepare(Offer offer)
    {
        var content = new Dictionary<string, string>();
        Put("title", offer.Title);
        Put("category", offer.Category);
        Put("brand", offer.Brand);
        Put("campaign_id", offer.CampaignId);
        Put("department", offer.Department);
        foreach (var (key, value) in offer.Content) content[key] = value;
        return new CatalogueOffer(
            offer, content, offer.ValidFrom?.ToDateTimeOffset() ?? DateTimeOffset.MinValue, offer.ValidUntil?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue);

        void Put(string key, string value)
        {
            if (value.Length > 0) content.Add(key, value);
        }
    }
}
