using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class ConcurrencyTests
{
    /// <summary>A generation whose offers, ladder and scores all tell which one it is.</summary>
    private static void Publish(World world, int number)
    {
        OfferConfig[] offers = [.. Enumerable.Range(0, 30).Select(i => new OfferConfig { OfferId = $"g{number}-{i}", CampaignId = $"g{number}", ItemIds = ["item"] })];
        OfferSetConfig[] sets = [.. Enumerable.Range(0, 50).Select(member => World.Set($"m{member}", [.. offers.Skip(member % 5).Take(10 + member % 7).Select((offer, i) => (offer.OfferId, 1f - (i / 100f)))]))];
        world.Publish(offers, sets, $"g{number}");
    }

    [Fact]
    public async Task Decide_WhileGenerationsArePublishedAndRolledBack_NeverMixesTwo()
    {
        using var world = new World();
        Publish(world, 1);
        using var stop = new CancellationTokenSource();
        var decisions = 0L;
        var readers = Enumerable.Range(0, 3).Select(reader => Task.Factory.StartNew(
            () =>
            {
                var (result, search) = (new DecisionResult(), new SearchResult());
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    // Every third member is unknown, so that the ladder answers, too.
                    var request = World.Request(i % 3 == 0 ? "stranger" : $"m{i % 50}", ("default", 12), ("app.home", 5));
                    request.Explain = i % 5 == 0;
                    Assert.Equal(DecisionOutcome.Decided, world.Engine.Decide(request, result));
                    AssertOneGeneration(result);

                    var ranking = new SearchRequest { MemberId = $"m{i % 50}" };
                    ranking.Items.Add(new SearchItem("item", 1, "", ""));
                    Assert.Equal(SearchOutcome.Ranked, world.Engine.RankSearch(ranking, search));
                    Assert.StartsWith(search.GenerationId + "-", search.Items[0].Offer!.OfferId, StringComparison.Ordinal);
                    Interlocked.Increment(ref decisions);
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        // Each publication retires the generation before the previous one, under the readers' feet.
        for (var number = 2; number <= 6; number++)
        {
            Publish(world, number);
            for (var i = 0; i < 20; i++) world.Registry.Rollback();
            var seen = Interlocked.Read(ref decisions);
            SpinWait.SpinUntil(() => Interlocked.Read(ref decisions) > seen + 50 || readers.Any(reader => reader.IsCompleted), TimeSpan.FromSeconds(20));
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(decisions > 200);
    }

    [Fact]
    public async Task Decide_WhileOffersAndSetsAreReplaced_ShowsWholeSetsOfOneSnapshot()
    {
        using var world = new World();
        Publish(world, 1);
        using var stop = new CancellationTokenSource();
        var reader = Task.Factory.StartNew(
            () =>
            {
                var result = new DecisionResult();
                while (!stop.IsCancellationRequested)
                {
                    Assert.Equal(DecisionOutcome.Decided, world.Engine.Decide(World.Request("m1", ("default", 3)), result));
                    var ids = World.Ids(result.Placement(0));

                    // A set is the old or the new one as a whole; where it names offers newer than the snapshot, they are left out.
                    var campaigns = result.Placement(0).Offers.ToArray().Where(offer => offer.Source == OfferSource.Member).Select(offer => offer.Offer.Config.Title).Distinct();
                    Assert.True(campaigns.Count() <= 1, string.Join(',', ids));
                    Assert.Equal(ids.Length, ids.Distinct().Count());
                }
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        for (var round = 0; round < 60 && !reader.IsCompleted; round++)
        {
            OfferConfig[] offers = [.. Enumerable.Range(0, 3).Select(i => new OfferConfig { OfferId = $"r{round}-{i}", Title = $"r{round}" })];
            world.Serving.PutOffers(offers, out _, out _);
            var state = world.Serving.Acquire()!;
            state.Generation.PutOfferSets([World.Set("m1", ($"r{round}-0", 3), ($"r{round}-1", 2), ($"r{round}-2", 1))]);
            state.Generation.Release();
        }

        await stop.CancelAsync();
        await reader;
        Assert.Equal(["r59-0", "r59-1", "r59-2"], world.Shown(World.Request("m1", ("default", 3))));
    }

    private static void AssertOneGeneration(DecisionResult result)
    {
        for (var i = 0; i < result.PlacementCount; i++)
        {
            var slot = result.Placement(i);
            Assert.NotEqual(0, slot.Offers.Length);
            foreach (var offer in slot.Offers) Assert.StartsWith(result.GenerationId + "-", offer.Offer.OfferId, StringComparison.Ordinal);
            foreach (var candidate in slot.Candidates) Assert.StartsWith(result.GenerationId + "-", candidate.Offer.OfferId, StringComparison.Ordinal);
        }
    }
}
