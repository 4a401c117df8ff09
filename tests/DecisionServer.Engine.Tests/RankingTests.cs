using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class RankingTests
{
    private static readonly OfferConfig[] Offers =
    [
        new() { OfferId = "a", Category = "dairy", Brand = "x", ItemIds = ["milk"], Value = 1f, Boost = 1f },
        new() { OfferId = "b", Category = "dairy", Brand = "y", Value = 3f },
        new() { OfferId = "c", Category = "bread", Brand = "x", Boost = 2f },
        new() { OfferId = "d", Category = "bread", Brand = "y" },
        new() { OfferId = "e" },
        new() { OfferId = "f" },
    ];

    private static World Prepare() => new World()
        .Publish(Offers, [World.Set("m", ("a", 0.9f), ("b", 0.5f), ("c", 0.5f), ("d", 0.3f), ("e", 0.2f), ("f", 0.2f))])
        .Global(("no-such-offer", 1));

    [Fact]
    public void Affinity_Scores_RankByScoreThenId()
    {
        using var world = Prepare();
        var slot = world.Decide(World.Request("m", ("default", 6))).Placement(0);

        Assert.Equal(["a", "b", "c", "d", "e", "f"], World.Ids(slot));
        Assert.Equal([0.9f, 0.5f, 0.5f, 0.3f, 0.2f, 0.2f], slot.Offers.ToArray().Select(offer => offer.Score));
        Assert.All(slot.Offers.ToArray(), offer => Assert.Equal(OfferSource.Member, offer.Source));
    }

    [Fact]
    public void Arbitration_ContextValueAndBoost_MultiplyThePropensity()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", Strategy = PlacementStrategy.Arbitration, ContextLift = 4f });
        var request = World.Request("m", ("p", 4));
        request.Context.FocusCategories.Add("bread");
        request.Explain = true;

        var slot = world.Decide(request).Placement(0);

        // c: 0.5 x 4 x 1 x 2 = 4; b: 0.5 x 1 x 3 x 1 = 1.5; d: 0.3 x 4 = 1.2; a: 0.9.
        Assert.Equal(["c", "b", "d", "a"], World.Ids(slot));
        Assert.Equal([4f, 1.5f, 1.2f, 0.9f], slot.Offers.ToArray().Select(offer => offer.Score));
        Assert.Equal(new ScoreParts(0.5f, 4f, 1f, 2f), slot.Candidates[0].Parts);
    }

    [Fact]
    public void Arbitration_BasketItemCovered_GetsTheLift()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", Strategy = PlacementStrategy.Arbitration });
        var request = World.Request("m", ("p", 2));
        request.Context.BasketItemIds.Add("unknown");
        request.Context.BasketItemIds.Add("milk");

        var slot = world.Decide(request).Placement(0);

        Assert.Equal(["b", "a"], World.Ids(slot));
        Assert.Equal(0.9f * 1.5f, slot.Offers[1].Score, 5);
    }

    [Fact]
    public void Weighted_Weights_SumTheParts()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", Strategy = PlacementStrategy.Weighted, Weights = new(2f, 0.5f, 1f, 10f) });

        var slot = world.Decide(World.Request("m", ("p", 2))).Placement(0);

        // c: 1 + 0.5 + 1 + 20; b: 1 + 0.5 + 3 + 10.
        Assert.Equal(["c", "b"], World.Ids(slot));
        Assert.Equal([22.5f, 14.5f], slot.Offers.ToArray().Select(offer => offer.Score));
    }

    [Fact]
    public void Weighted_AllEqual_KeepsTheOrderOfTheSet()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", Strategy = PlacementStrategy.Weighted, Weights = new(0, 1, 0, 0) });
        Assert.Equal(["a", "b", "c", "d", "e", "f"], world.Shown(World.Request("m", ("p", 6))));
    }

    [Fact]
    public void Arbitration_LargestFactors_StaysFiniteAndOrdered()
    {
        using var world = new World()
            .Publish(
                [new() { OfferId = "huge", Value = 1_000_000, Boost = 1_000 }, new() { OfferId = "none", Value = 0, Boost = 1_000 }, new() { OfferId = "less", Value = 1_000_000, Boost = 1_000 }],
                [World.Set("m", ("huge", 3e38f), ("none", 3.1e38f), ("less", -3e38f))])
            .Global(("no-such-offer", 1))
            .Place(new PlacementConfig { Name = "p", Strategy = PlacementStrategy.Arbitration });

        var slot = world.Decide(World.Request("m", ("p", 3))).Placement(0);

        Assert.Equal(["huge", "none", "less"], World.Ids(slot));
        Assert.All(slot.Offers.ToArray(), offer => Assert.True(float.IsFinite(offer.Score)));
    }

    [Fact]
    public void Diversity_MaxPerCategoryAndBrand_SkipsAndGoesOnUntilFull()
    {
        using var world = Prepare().Place(new PlacementConfig { Name = "p", MaxPerCategory = 1 }, new PlacementConfig { Name = "q", MaxPerBrand = 1 });

        Assert.Equal(["a", "c", "e", "f"], world.Shown(World.Request("m", ("p", 4))));
        Assert.Equal(["a", "b", "e", "f"], world.Shown(World.Request("m", ("q", 4))));
        Assert.Equal(Reason.Diversity, world.ReasonOf("b", World.Request("m", ("p", 4))));
    }

    [Fact]
    public void Diversity_OverTheLadder_IsOneLimitForTheWholePlacement()
    {
        using var world = new World()
            .Publish(Offers, [World.Set("m", ("a", 0.9f))])
            .Global(("b", 3), ("c", 2), ("d", 1))
            .Place(new PlacementConfig { Name = "p", MaxPerCategory = 1 });

        var slot = world.Decide(World.Request("m", ("p", 4))).Placement(0);

        Assert.Equal(["a", "c"], World.Ids(slot));
        Assert.Equal(2, slot.Shortfall);
    }
}
