using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class LadderTests
{
    private static readonly OfferConfig[] Offers = [.. "abcdefgh".Select(id => World.Offer($"{id}"))];

    private static World Prepare() => new World()
        .Publish(Offers, [World.Set("m", ("a", 0.2f), ("b", 0.1f))])
        .Segment("s1", ("c", 5f), ("a", 9f))
        .Segment("s2", ("d", 7f), ("c", 8f))
        .Global(("e", 1f), ("d", 2f), ("b", 3f));

    [Fact]
    public void Decide_MemberSetTooShort_FillsFromSegmentsInTheirOrderThenEverybody()
    {
        using var world = Prepare();
        var request = World.Request("m", ("default", 10));
        request.Context.Segments = "unknown|s2||s1|s2";

        var slot = world.Decide(request).Placement(0);

        Assert.Equal(["a", "b", "c", "d", "e"], World.Ids(slot));
        Assert.Equal(
            [OfferSource.Member, OfferSource.Member, OfferSource.Segment, OfferSource.Segment, OfferSource.Global],
            slot.Offers.ToArray().Select(offer => offer.Source));
        Assert.Equal([0.2f, 0.1f, 8f, 7f, 1f], slot.Offers.ToArray().Select(offer => offer.Score));
        Assert.Equal(5, slot.Shortfall);
    }

    [Fact]
    public void Decide_UnknownMember_IsAnsweredByTheLadder()
    {
        using var world = Prepare();
        Assert.Equal(["b", "d", "e"], world.Shown(World.Request("stranger", ("default", 10))));
    }

    [Fact]
    public void Decide_NothingConfigured_FallsBackToTheMostScoredOffers()
    {
        using var world = new World().Publish(Offers, [World.Set("m1", ("a", 1), ("b", 1)), World.Set("m2", ("b", 1)), World.Set("m3", ("b", 1), ("a", 1), ("c", 1))]);
        Assert.Equal(["b", "a", "c"], world.Shown(World.Request("stranger", ("default", 10))));
    }

    [Fact]
    public void Decide_NoFallback_LeavesSlotsEmpty()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", NoFallback = true });

        var slot = world.Decide(World.Request("m", ("p", 5))).Placement(0);

        Assert.Equal(["a", "b"], World.Ids(slot));
        Assert.Equal(3, slot.Shortfall);
    }

    [Fact]
    public void Decide_MinScore_ConcernsTheMemberSetOnly()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", MinScore = 0.2f });
        var higher = World.Request("m", ("p", 5));
        higher.MinScore = 100f;
        var lower = World.Request("m", ("p", 5));
        lower.MinScore = 0f;

        // b stays a candidate of the member's rung, so that the ladder does not bring it back.
        Assert.Equal(["a", "d", "e"], world.Shown(World.Request("m", ("p", 5))));
        Assert.Equal(["d", "e"], world.Shown(higher));
        Assert.Equal(["a", "b", "d", "e"], world.Shown(lower));
        Assert.Equal(Reason.BelowMinScore, world.ReasonOf("b", World.Request("m", ("p", 5))));
    }

    [Fact]
    public void Decide_SeveralPlacements_ShowEachOfferOnce()
    {
        using var world = Prepare();

        var result = world.Decide(World.Request("m", ("default", 1), ("web.home", 2), ("default", 9)));

        Assert.Equal(["a"], World.Ids(result.Placement(0)));
        Assert.Equal(["b", "d"], World.Ids(result.Placement(1)));
        Assert.Equal(["e"], World.Ids(result.Placement(2)));
        Assert.Equal(8, result.Placement(2).Shortfall);
    }

    [Fact]
    public void Decide_AllowDuplicates_ShowsAgainButNeverTwiceInOnePlacement()
    {
        using var world = Prepare();
        var request = World.Request("m", ("default", 2), ("default", 5));
        request.AllowDuplicates = true;

        var result = world.Decide(request);

        Assert.Equal(["a", "b"], World.Ids(result.Placement(0)));
        Assert.Equal(["a", "b", "d", "e"], World.Ids(result.Placement(1)));
    }

    [Fact]
    public void Decide_NoPlacementNamed_TakesTheDefaultOne()
    {
        using var world = Prepare();

        var result = world.Decide(World.Request("m"));

        Assert.Equal(1, result.PlacementCount);
        Assert.Equal(("default", 10), (result.Placement(0).Placement.Name, result.Placement(0).Wanted));
    }

    [Fact]
    public void Decide_CountZero_TakesThePlacementsDefault()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", DefaultCount = 3 });
        Assert.Equal(["a", "b", "d"], world.Shown(World.Request("m", ("p", 0))));
    }

    [Fact]
    public void Decide_UnknownPlacement_SaysWhich()
    {
        using var world = Prepare();
        var result = new DecisionResult();

        Assert.Equal(DecisionOutcome.UnknownPlacement, world.Engine.Decide(World.Request("m", ("default", 1), ("nowhere", 1)), result));
        Assert.Equal(1, result.UnknownPlacementIndex);
    }

    [Fact]
    public void Decide_NothingPublished_SaysSo()
    {
        using var world = new World();
        Assert.Equal(DecisionOutcome.NoGeneration, world.Engine.Decide(World.Request("m"), new DecisionResult()));
        Assert.Equal(SearchOutcome.NoGeneration, world.Engine.RankSearch(new SearchRequest { MemberId = "m" }, new SearchResult()));
    }
}
