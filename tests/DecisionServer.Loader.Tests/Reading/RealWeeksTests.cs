using System.Globalization;
using DecisionServer.Tests.Support;
using DecisionServer.V1;

namespace DecisionServer.Loader.Tests;

/// <summary>The real weeks, read by the readers and by a naive parser (split at commas; quoted fields by hand).</summary>
public sealed class RealWeeksTests
{
    [RealDataFact]
    public async Task Read_RealWeeks_SameAsNaiveParser()
    {
        foreach (var week in Directory.GetDirectories(RealData.Folder!).Order(StringComparer.Ordinal))
        {
            var table = new OfferIdTable();
            var (offers, faults) = await Reading.OffersAsync(InputSpec.Create(Path.Combine(week, "offers.csv"), null), Stream.Null, table);
            Assert.Empty(faults);
            AssertOffers(Rows(week, "offers.csv"), offers);

            var sets = await Reading.SetsAsync(Path.Combine(week, "offer_sets.csv"), table);
            Assert.Empty(sets.Faults);
            Assert.Equal(
                Rows(week, "offer_sets.csv").Select(row => (row[0], row[1], Number(row[2]))),
                sets.Sets.SelectMany(set => set.Offers.Select(offer => (set.MemberId, offer.OfferId, offer.Score))));
            Assert.Equal(sets.Sets.Count, sets.Sets.Select(set => set.MemberId).Distinct().Count());

            var affinities = await Reading.SetsAsync(Path.Combine(week, "affinities.csv"), table, affinities: true);
            Assert.Empty(affinities.Faults);
            Assert.Equal(
                Rows(week, "affinities.csv").Select(row => (row[0], Kind(row[1]), row[2], Number(row[3]))),
                affinities.Sets.SelectMany(set => set.Affinities.Select(affinity => (set.MemberId, affinity.Kind, affinity.Key, affinity.Score))));
        }
    }

    private static void AssertOffers(List<string[]> rows, IReadOnlyList<Offer> offers)
    {
        Assert.Equal(rows.Count, offers.Count);
        foreach (var (row, offer) in rows.Zip(offers))
        {
            Assert.Equal<string[]>(row[..6], [offer.OfferId, offer.CampaignId, offer.CampaignType, offer.Category, offer.Department, offer.Brand]);
            Assert.Equal(Day(row[6]), offer.ValidFrom.ToDateTime());
            Assert.Equal(Day(row[7]).AddDays(1), offer.ValidUntil.ToDateTime());
            Assert.Equal(row[8].Split('|'), offer.ItemIds);
        }
    }

    private static List<string[]> Rows(string week, string file)
        => [.. File.ReadAllLines(Path.Combine(week, file)).Skip(1).Select(Fields)];

    private static string[] Fields(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal)) return line.Split(',');
        var fields = new List<string> { "" };
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) fields.Add("");
            else fields[^1] += c;
        }

        return [.. fields];
    }

    private static DateTime Day(string text) => DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static AffinityKind Kind(string text) => text switch
    {
        "product" => AffinityKind.Item,
        "category" => AffinityKind.Category,
        "brand" => AffinityKind.Brand,
        _ => AffinityKind.Chain,
    };
}
