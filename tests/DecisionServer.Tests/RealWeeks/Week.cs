using System.Globalization;
using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.RealWeeks;

/// <summary>One week of shared/data/complete-journey, read in the plainest way there is: these files hold no quotes.</summary>
internal sealed class Week
{
    private Week(string id, string folder)
    {
        Id = id;
        Folder = folder;
        Offers = Rows("offers.csv").ToDictionary(row => row["offer_id"], row => new WeekOffer(
            row["offer_id"],
            Day(row["valid_from"]),
            Day(row["valid_until"]).AddDays(1),
            row["product_ids"].Split('|')));
        Sets = Rows("offer_sets.csv")
            .GroupBy(row => row["member_id"])
            .ToDictionary(rows => rows.Key, rows => rows.ToDictionary(row => row["offer_id"], row => Score(row["score"])));
        Searches = [.. Rows("searches.csv").Select(row => new WeekSearch(
            row["member_id"],
            row["query"],
            [.. row["candidates"].Split('|').Select(candidate => candidate.Split(':')).Select(parts => (parts[0], Score(parts[1])))],
            row["bought"]))];
    }

    public static IReadOnlyList<string> Ids { get; } = ["2017-08-14", "2017-08-21", "2017-08-28"];

    public string Id { get; }

    public string Folder { get; }

    public IReadOnlyDictionary<string, WeekOffer> Offers { get; }

    public IReadOnlyDictionary<string, Dictionary<string, float>> Sets { get; }

    public IReadOnlyList<WeekSearch> Searches { get; }

    public static Week Read(string id) => new(id, Path.Combine(RealData.Folder!, id));

    public string File(string name) => Path.Combine(Folder, name);

    private IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        string[] lines = System.IO.File.ReadAllLines(File(file));
        string[] header = lines[0].Split(',');
        return lines.Skip(1).Select(line => header.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static float Score(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Day(string text) =>
        new(DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeSpan.Zero);
}

internal sealed record WeekOffer(string Id, DateTimeOffset From, DateTimeOffset Until, string[] Items);

internal sealed record WeekSearch(string Member, string Query, (string Item, float Relevance)[] Candidates, string Bought);
