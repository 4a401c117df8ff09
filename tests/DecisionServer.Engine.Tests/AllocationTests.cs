using DecisionServer.Store;
using DecisionServer.Tests.Support;

namespace DecisionServer.Engine.Tests;

/// <summary>A decision allocates nothing once its result has been used: bytes are exact where times are noise.</summary>
public sealed class AllocationTests
{
    private static World Prepare()
    {
        var offers = Enumerable.Range(0, 400).Select(i => new OfferConfig
        {
            OfferId = $"o{i}",
            Category = $"c{i % 7}",
            Brand = $"b{i % 5}",
            ItemIds = [$"i{i}", $"i{i + 1}"],
            Channels = i % 3 == 0 ? ["app", "web"] : [],
            Segments = i % 11 == 0 ? ["new"] : [],
            PriceMinor = i,
            ValidUntil = World.Monday.AddDays(i % 9),
        }).ToArray();
        var set = new OfferSetConfig(
            "m",
            [.. Enumerable.Range(0, 35).Select(i => new ScoredOfferConfig($"o{i * 3}", i / 35f))],
            [.. Enumerable.Range(0, 50).Select(i => new AffinityConfig(AffinityKind.Item, $"i{i}", i)), new AffinityConfig(AffinityKind.Category, "c1", 1)]);
        var world = new World().Publish(offers, [set]);
        world.Place(
            new PlacementConfig { Name = "affinity" },
            new PlacementConfig { Name = "arbitration", Strategy = PlacementStrategy.Arbitration, MaxPerCategory = 3, MaxPerBrand = 4 },
            new PlacementConfig { Name = "weighted", Strategy = PlacementStrategy.Weighted, Weights = new(1, 2, 3, 4), MinScore = 0.2f });
        world.Segment("new", [.. Enumerable.Range(0, 100).Select(i => ($"o{i}", (float)i))]);
        world.Global([.. Enumerable.Range(0, 400).Select(i => ($"o{i}", (float)i))]);
        world.Update(
            new() { Subject = AvailabilitySubject.Offer, SubjectId = "o3", Available = false },
            new() { Subject = AvailabilitySubject.Offer, SubjectId = "o6", Scope = AvailabilityScopeKind.Store, ScopeId = "s", PriceMinor = 7 },
            new() { Subject = AvailabilitySubject.Item, SubjectId = "i9", Scope = AvailabilityScopeKind.Chain, ScopeId = "c", Stock = 0 });
        world.Caps(
            new CapRuleConfig { Name = "a", Event = CapEvent.Impression, Per = CapPer.Member, Limit = 90, Window = CapWindow.Rolling(TimeSpan.FromDays(1)) },
            new CapRuleConfig { Name = "b", Event = CapEvent.Impression, Scope = CapScope.Channel, Per = CapPer.Member, Limit = 900_000, Window = CapWindow.Day },
            new CapRuleConfig { Name = "c", Event = CapEvent.Click, Scope = CapScope.Everywhere, Per = CapPer.Total, Limit = 900_000, Window = CapWindow.Month });
        world.Member("m", ["o3", "o33"], ["o12"], ["mail"], ["new", "other"], ["c"]);
        for (var i = 0; i < 60; i++) world.Event("m", $"o{i}", CapEvent.Impression, World.Monday.AddMinutes(-i), "affinity", "app");
        return world;
    }

    private static void FillContext(DecisionContext context)
    {
        (context.Channel, context.ChainId, context.StoreId, context.Segments) = ("app", "c", "s", "other|new|new");
        context.BasketItemIds.Add("i12");
        context.BasketItemIds.Add("unknown");
        context.FocusCategories.Add("c2");
    }

    [Theory]
    [InlineData("m", "affinity", 10, false)]
    [InlineData("m", "arbitration", 10, false)]
    [InlineData("m", "weighted", 10, false)]
    [InlineData("m", "affinity", 100, false)]
    [InlineData("m", "arbitration", 100, false)]
    [InlineData("m", "weighted", 100, false)]
    [InlineData("m", "affinity", 10, true)]
    [InlineData("m", "arbitration", 100, true)]
    [InlineData("m", "weighted", 100, true)]
    [InlineData("stranger", "affinity", 10, false)]
    [InlineData("stranger", "arbitration", 100, true)]
    public void Decide_WarmedUp_AllocatesNothing(string memberId, string placement, int count, bool explain)
    {
        using var world = Prepare();
        var request = World.Request(memberId, (placement, count));
        request.Explain = explain;
        request.ExcludeOfferIds.Add("o9");
        FillContext(request.Context);
        var result = new DecisionResult();

        Assert.Equal(0, Allocations.Of(() => world.Engine.Decide(request, result)));
        Assert.NotEqual(0, result.Placement(0).Offers.Length);
    }

    [Fact]
    public void Decide_CountingImpressionsWarmedUp_AllocatesNothing()
    {
        using var world = Prepare();
        world.Caps(
            new CapRuleConfig { Name = "a", Event = CapEvent.Impression, Per = CapPer.Member, Limit = 900_000, Window = CapWindow.Week },
            new CapRuleConfig { Name = "b", Event = CapEvent.Impression, Per = CapPer.Total, Limit = 900_000 });
        world.Place(new PlacementConfig { Name = "counting", CountImpressions = CountImpressions.OnDecision });
        var request = World.Request("m", ("counting", 10));
        var result = new DecisionResult();
        var chunk = new List<Impression>();
        for (var i = 0; i < 2_000; i++)
        {
            world.Engine.Decide(request, result);
            if (i % 1_000 == 999) Flush();
        }

        // The log of impressions keeps the room it once needed.
        Flush();
        Assert.Equal(0, Allocations.Of(() => world.Engine.Decide(request, result)));
        Assert.Equal(10, result.Placement(0).Offers.Length);
        Assert.NotEqual(0, world.Members.Impressions.Waiting);

        void Flush()
        {
            var log = world.Members.Impressions;
            while (log.BeginChunk(500)) log.SettleChunk(log.CopyChunk(chunk));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decide_TwentyPlacementsWarmedUp_AllocatesNothing(bool explain)
    {
        using var world = Prepare();
        string[] names = ["affinity", "arbitration", "weighted", "default", "app.home"];
        var request = World.Request("m", [.. Enumerable.Range(0, 20).Select(i => (names[i % names.Length], i))]);
        request.Explain = explain;
        FillContext(request.Context);
        var result = new DecisionResult();

        Assert.Equal(0, Allocations.Of(() => world.Engine.Decide(request, result)));
        Assert.Equal(20, result.PlacementCount);
    }

    [Theory]
    [InlineData("m", 1_000)]
    [InlineData("m", 30)]
    [InlineData("stranger", 1_000)]
    public void RankSearch_WarmedUp_AllocatesNothing(string memberId, int items)
    {
        using var world = Prepare();
        var request = new SearchRequest { MemberId = memberId };
        FillContext(request.Context);
        for (var i = 0; i < items; i++) request.Items.Add(new SearchItem($"i{i}", items - i, i % 2 == 0 ? "c1" : "", ""));
        var result = new SearchResult();

        Assert.Equal(0, Allocations.Of(() => world.Engine.RankSearch(request, result)));
        Assert.NotEqual(0, result.Items.Length);
    }
}
