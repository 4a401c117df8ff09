using System.Globalization;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Loader;

/// <summary>Makes a plausible grocery catalogue. Every offer is valid on the start date; the lower its index, the more popular it is.</summary>
internal sealed class CatalogueGenerator(GeneratorOptions options)
{
    private const ulong Stream = 1;
    private const int MostItems = 8;

    public IEnumerable<Offer> Offers()
    {
        var random = new Pcg32(options.Seed, Stream);
        for (var index = 0; index < options.Offers; index++) yield return Offer(index, ref random);
    }

    /// <summary>The id of the offer at an index: "OF000042".</summary>
    public static string OfferId(int index) => $"OF{index.ToString("D6", CultureInfo.InvariantCulture)}";

    /// <summary>The id of an item; the catalogue has about five an offer.</summary>
    public static string ItemId(int number) => (1_000_000 + number).ToString(CultureInfo.InvariantCulture);

    private Offer Offer(int index, ref Pcg32 random)
    {
        var (department, category, products) = Grocery.Categories[random.Below(Grocery.Categories.Length)];
        var brand = Grocery.Brands[random.Below(Grocery.Brands.Length)];
        var offer = new Offer
        {
            OfferId = OfferId(index),
            CampaignId = $"C{random.Below(40):D3}",
            CampaignType = Grocery.CampaignTypes[random.Below(Grocery.CampaignTypes.Length)],
            Category = category,
            Department = department,
            Brand = brand,
            ValidFrom = Day(options.StartDate.AddDays(-random.Below(21))),
            ValidUntil = Day(options.StartDate.AddDays(8 + random.Below(21))),
            Title = $"{Grocery.Deals[random.Below(Grocery.Deals.Length)]}: {brand} {products[random.Below(products.Length)]}",
            PriceMinor = 49 + (10 * random.Below(150)),
            Value = (1 + random.Below(40)) / 10f,
        };
        var items = 1 + random.Below(MostItems);
        var first = random.Below(Math.Max(1, options.Offers * 5));
        for (var i = 0; i < items; i++) offer.ItemIds.Add(ItemId(first + i));
        return offer;
    }

    private static Timestamp Day(DateOnly day) => Timestamp.FromDateTime(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
}
