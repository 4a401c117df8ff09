using System.Collections.Concurrent;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Grpc.Core;
using Xunit.Abstractions;

namespace DecisionServer.Tests.RealWeeks;

/// <summary>Three real weeks, loaded by the real loader into the real server, one after the other, while callers never stop asking.</summary>
public sealed class RealWeeksTests(ITestOutputHelper output)
{
    private const int Callers = 4;
    private const int AnswersPerWeek = 2_000;

    [RealDataTheory]
    [InlineData("2017-08-16T12:00:00Z")] // all of the first week's offers are valid
    [InlineData("2017-08-28T00:00:00Z")] // the first instant after a campaign's last day
    public async Task Publish_EachWeekUnderLoad_EveryAnswerEqualsTheReference(string clock)
    {
        DateTimeOffset now = DateTimeOffset.Parse(clock, System.Globalization.CultureInfo.InvariantCulture);
        Dictionary<string, (Week Week, SlowReference Reference)> weeks =
            Week.Ids.Select(Week.Read).ToDictionary(week => week.Id, week => (week, new SlowReference(week, now)));
        string[] members = [.. weeks.Values.SelectMany(week => week.Week.Sets.Keys).Distinct().Order(StringComparer.Ordinal), "nobody", "another"];
        await using ServerProcess server = await ServerProcess.Start($"Clock:Now={clock}");
        await Load(server, weeks[Week.Ids[0]].Week);

        // 1. Callers that check every answer against the reference of the generation that it names.
        using var done = new CancellationTokenSource();
        var answers = new ConcurrentDictionary<string, int>();
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var client = new DecisionService.DecisionServiceClient(server.Channel);
            var random = new Random(caller);

            // Paced: loads give way to decisions, and would not end where callers leave no processor idle.
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
            while (!done.IsCancellationRequested)
            {
                await pace.WaitForNextTickAsync();
                string member = members[random.Next(members.Length)];
                NextBestOffersResponse answer = await client.NextBestOffersAsync(new NextBestOffersRequest { MemberId = member }, deadline: DateTime.MaxValue);
                Check(answer, member, weeks[answer.GenerationId].Reference, weeks[answer.GenerationId].Week);
                answers.AddOrUpdate(answer.GenerationId, 1, (_, count) => count + 1);
            }
        }))];

        // 2. Each further week, loaded and published beside them.
        foreach (string id in Week.Ids)
        {
            if (id != Week.Ids[0])
            {
                await Load(server, weeks[id].Week);
            }

            await Eventually.True(
                () => answers.GetValueOrDefault(id) >= AnswersPerWeek || callers.Any(caller => caller.IsFaulted), $"{AnswersPerWeek} answers from {id}");
        }

        await done.CancelAsync();
        await Task.WhenAll(callers);
        output.WriteLine(string.Join(", ", answers.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value} answers")));

        // 3. Every member once more, so that none was left to chance.
        var decisions = new DecisionService.DecisionServiceClient(server.Channel);
        (Week last, SlowReference reference) = weeks[Week.Ids[^1]];
        foreach (string member in members)
        {
            Check(await decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = member }), member, reference, last);
        }
    }

    [RealDataFact]
    public async Task RankSearch_RealBaskets_LiftsWhatWasBought()
    {
        await using ServerProcess server = await ServerProcess.Start("Clock:Now=2017-08-16T12:00:00Z");
        var client = new DecisionService.DecisionServiceClient(server.Channel);
        double all = 0, allBase = 0;
        int searches = 0;
        foreach (string id in Week.Ids)
        {
            Week week = Week.Read(id);
            await Load(server, week);
            double ranked = 0, caller = 0;
            foreach (WeekSearch search in week.Searches)
            {
                var request = new RankSearchRequest { MemberId = search.Member, Query = search.Query };
                request.Candidates.Add(search.Candidates.Select(candidate => new SearchCandidate { ItemId = candidate.Item, Relevance = candidate.Relevance }));
                RankSearchResponse answer = await client.RankSearchAsync(request);
                Assert.Equal(search.Candidates.Length, answer.Items.Count);
                RankedItem? bought = answer.Items.SingleOrDefault(item => item.ItemId == search.Bought);
                ranked += bought is null ? 0 : 1.0 / bought.Rank;
                caller += bought is null ? 0 : 1.0 / bought.BaseRank;
            }

            output.WriteLine($"{id}: mean reciprocal rank {ranked / week.Searches.Count:0.0000}, caller's order {caller / week.Searches.Count:0.0000}, {(ranked / caller) - 1:+0.0 %} over {week.Searches.Count} searches");
            Assert.True(ranked >= 1.08 * caller, $"{id}: {ranked / caller}");
            (all, allBase, searches) = (all + ranked, allBase + caller, searches + week.Searches.Count);
        }

        output.WriteLine($"all: {all / searches:0.0000} against {allBase / searches:0.0000}, {(all / allBase) - 1:+0.0 %}");
    }

    private static async Task Load(ServerProcess server, Week week) =>
        (await LoaderProcess.Run(
            "load", "--server", server.Grpc.ToString(), "--generation", week.Id, "--publish",
            "--offers", week.File("offers.csv"), "--offer-sets", week.File("offer_sets.csv"), "--affinities", week.File("affinities.csv"))).Succeeded();

    private static void Check(NextBestOffersResponse answer, string member, SlowReference reference, Week week)
    {
        PlacementDecision placement = Assert.Single(answer.Placements);
        IReadOnlyList<(string Offer, bool IsMembers)> expected = reference.NextBestOffers(member, 10);
        Assert.Equal(
            expected.Select(entry => (entry.Offer, entry.IsMembers ? OfferSource.Member : OfferSource.Global)),
            placement.Offers.Select(offer => (offer.OfferId, offer.Source)));
        Assert.Equal(10 - expected.Count, placement.Shortfall);
        for (int i = 0; i < placement.Offers.Count; i++)
        {
            DecidedOffer offer = placement.Offers[i];
            Assert.Equal(i + 1, offer.Rank);
            Assert.True(reference.IsValid(offer.OfferId));
            Assert.Equal(week.Offers[offer.OfferId].Until, offer.ValidUntil.ToDateTimeOffset());
            if (offer.Source == OfferSource.Member)
            {
                Assert.Equal(week.Sets[member][offer.OfferId], offer.Score);
            }
        }
    }
}
