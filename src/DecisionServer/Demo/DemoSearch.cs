using System.Globalization;
using DecisionServer.V1;

namespace DecisionServer.Demo;

/// <summary>The second stop of the tour: what a search engine found, in the order in which this member sees it.</summary>
internal sealed class DemoSearch(DecisionService.DecisionServiceClient decisions, CatalogService.CatalogServiceClient catalogue, string member)
{
    private const int Found = 10;

    public async Task Run()
    {
        // 1. Searches by category, as an engine answers them that knows nothing of members.
        ListOffersResponse offers = await catalogue.ListOffersAsync(new ListOffersRequest { PageSize = 1000 });
        IGrouping<string, Offer>[] searches = [.. offers.Offers.Where(offer => offer.ItemIds.Count > 0).GroupBy(offer => offer.Category)];

        // 2. The one of them that says most of this member.
        (string Query, Dictionary<string, string> Titles, RankSearchResponse Ranked, int Moved) best = ("", [], new(), -1);
        foreach (IGrouping<string, Offer> search in searches)
        {
            var titles = new Dictionary<string, string>();
            RankSearchResponse ranked = await decisions.RankSearchAsync(Request(search, titles));
            int moved = ranked.Items.Sum(item => Math.Abs(item.Rank - item.BaseRank));
            if (moved > best.Moved)
                best = (search.Key, titles, ranked, moved);
        }

        Show(best.Query, best.Titles, best.Ranked);
    }

    private RankSearchRequest Request(IGrouping<string, Offer> search, Dictionary<string, string> titles)
    {
        var request = new RankSearchRequest { MemberId = member, Query = search.Key, Context = new Context { Channel = "app" }, Explain = true };
        foreach (Offer offer in search)
        {
            if (request.Candidates.Count < Found && titles.TryAdd(offer.ItemIds[0], offer.Title))
                request.Candidates.Add(new SearchCandidate { ItemId = offer.ItemIds[0], Relevance = 1 - (0.05f * request.Candidates.Count), Category = search.Key, Brand = offer.Brand });
        }

        return request;
    }

    private void Show(string query, Dictionary<string, string> titles, RankSearchResponse ranked)
    {
        Console.WriteLine($"== 2. Search ranking: member {member} searches for \"{query}\" (of the tour's searches the one that this member's likings change most)");
        var table = new TextTable("rank", "was", "found", "relevance", "liked item", "liked category", "liked brand", "own offer", "score", "personal offer");
        foreach (RankedItem item in ranked.Items)
        {
            table.Add(
                Number(item.Rank), Number(item.BaseRank), titles[item.ItemId],
                Part(item, "relevance"), Part(item, "item"), Part(item, "category"), Part(item, "brand"), Part(item, "offer"), Number(item.Score), item.OfferId);
        }

        Console.Write(table);
        Console.WriteLine();
    }

    private static string Part(RankedItem item, string part) => item.ScoreParts.TryGetValue(part, out float value) && value != 0 ? Number(value) : "";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(float value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
