using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class MemberStateTests
{
    private static World Prepare() => new World()
        .Publish(
            [
                World.Offer("a") with { ItemIds = ["milk"] }, World.Offer("b"), World.Offer("c") with { ItemIds = ["bread"] },
                World.Offer("consent") with { Consent = "mail" }, World.Offer("segment") with { Segments = ["loyal"] }, World.Offer("chain") with { ChainIds = ["c1"] },
            ],
            [World.Set("m", ("a", 9), ("b", 8), ("c", 7), ("consent", 6), ("segment", 5), ("chain", 4))])
        .Global(("a", 1), ("b", 1));

    [Fact]
    public void Decide_ActivatedAndRedeemed_AreGoneAndTheNextBestMovesUp()
    {
        using var world = Prepare().Member("m", activated: ["a"], redeemed: ["b"]);
        Assert.Equal(["c"], world.Shown(World.Request("m")));
        Assert.Equal(Reason.AlreadyActivated, world.ReasonOf("a", World.Request("m")));
        Assert.Equal(Reason.Redeemed, world.ReasonOf("b", World.Request("m")));
        Assert.Equal(["a", "b"], world.Shown(World.Request("stranger")).Order());
    }

    [Fact]
    public void Decide_PlacementThatShowsActivated_FlagsThem()
    {
        using var world = Prepare().Member("m", activated: ["a"], redeemed: ["b"]);
        world.Place(new PlacementConfig { Name = "all", ShowActivated = true });
        var offers = world.Decide(World.Request("m", ("all", 10))).Placement(0).Offers.ToArray();
        Assert.Equal([("a", true), ("c", false)], offers.Select(offer => (offer.Offer.OfferId, offer.IsActivated)));
    }

    [Fact]
    public void Decide_Profile_OpensConsentSegmentAndChain()
    {
        using var world = Prepare().Member("m", consents: ["mail", "push"], segments: ["loyal"], chains: ["c0", "c1"]);
        Assert.Equal(["a", "b", "c", "consent", "segment", "chain"], world.Shown(World.Request("m")));
        Assert.Equal(Reason.ConsentMissing, Prepare().ReasonOf("consent", World.Request("m")));
    }

    [Fact]
    public void Decide_OtherChainInTheContext_CountsMoreThanTheProfile()
    {
        using var world = Prepare().Member("m", chains: ["c1"]);
        var request = World.Request("m");
        request.Context.ChainId = "c2";
        Assert.Equal(Reason.WrongChain, world.ReasonOf("chain", request));
    }

    [Fact]
    public void Decide_SegmentOfTheProfile_HasItsListInTheLadder()
    {
        using var world = Prepare().Segment("loyal", ("c", 5)).Member("new", segments: ["loyal"]);
        var offers = world.Decide(World.Request("new")).Placement(0).Offers.ToArray();
        Assert.Equal(("c", OfferSource.Segment), (offers[0].Offer.OfferId, offers[0].Source));
    }

    [Fact]
    public void RankSearch_ItemOfAnActivatedOffer_IsLiftedMore()
    {
        using var world = Prepare().Member("m", activated: ["c"], redeemed: ["b"]);
        var request = new SearchRequest { MemberId = "m" };
        foreach (var item in new[] { "tea", "milk", "bread" }) request.Items.Add(new SearchItem(item, 1, "", ""));
        var result = new SearchResult();
        world.Engine.RankSearch(request, result);

        var bread = result.Items.ToArray().Single(item => item.Index == 2);
        var milk = result.Items.ToArray().Single(item => item.Index == 1);
        Assert.Equal(("c", 0.05f, 0.1f), (bread.Offer?.OfferId, bread.Parts.Offer, bread.Parts.Activated));
        Assert.Equal(("a", 0.05f, 0f), (milk.Offer?.OfferId, milk.Parts.Offer, milk.Parts.Activated));
    }
}
