using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class SearchTests
{
    private static World Prepare(params AffinityConfig[] affinities) => new World().Publish(
        [
            new() { OfferId = "best-but-off", ItemIds = ["c"], Category = "dairy" },
            new() { OfferId = "second", ItemIds = ["c", "d"], Brand = "acme" },
        ],
        [new OfferSetConfig("m", [new("best-but-off", 0.9f), new("second", 0.5f)], affinities)]);

    private static SearchRequest Request(string memberId, params (string ItemId, float Relevance)[] items)
    {
        var request = new SearchRequest { MemberId = memberId };
        foreach (var (itemId, relevance) in items) request.Items.Add(new SearchItem(itemId, relevance, "", ""));
        return request;
    }

    private static (SearchOutcome Outcome, SearchResult Result) Rank(World world, SearchRequest request)
    {
        var result = new SearchResult();
        return (world.Engine.RankSearch(request, result), result);
    }

    private static string[] Order(World world, SearchRequest request) =>
        [.. Rank(world, request).Result.Items.ToArray().Select(item => request.Items[item.Index].ItemId)];

    [Fact]
    public void RankSearch_UnknownMember_KeepsTheCallersOrder()
    {
        using var world = Prepare();

        // Rising and equal relevance must not move anything either: the order is the caller's word.
        Assert.Equal(["a", "b", "c", "d"], Order(world, Request("stranger", ("a", 1), ("b", 5), ("c", 0.5f), ("d", 0.5f))));
        Assert.Equal(["a", "b", "c", "d"], Order(world, Request("stranger", ("a", 0), ("b", 0), ("c", 0), ("d", 0))));
    }

    [Fact]
    public void RankSearch_ItemThatTheMemberBuys_ComesFirst()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Item, "b", 0.2f));

        var result = Rank(world, Request("m", ("a", 1), ("x", 0.9f), ("b", 0))).Result;

        // Relevance 0 of 0..1, but the best liking among the candidates: 1.5 x 1.
        Assert.Equal(2, result.Items[0].Index);
        Assert.Equal(1.5f, result.Items[0].Score);
        Assert.Equal(new SearchParts(0, 1.5f, 0, 0, 0, 0, 0), result.Items[0].Parts);
        Assert.Equal(1f, result.Items[1].Score);
    }

    [Fact]
    public void RankSearch_CategoryAndBrandNotGiven_AreThoseOfACoveringOffer()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Category, "dairy", 0.4f), new AffinityConfig(AffinityKind.Brand, "acme", 0.1f));

        var result = Rank(world, Request("m", ("a", 1), ("c", 0.5f), ("d", 0))).Result;

        var parts = result.Items.ToArray().ToDictionary(item => item.Index, item => item.Parts);
        Assert.Equal((0f, 0f), (parts[0].Category, parts[0].Brand));
        Assert.Equal((0.1f, 0.1f), (parts[1].Category, parts[1].Brand));
        Assert.Equal((0f, 0.1f), (parts[2].Category, parts[2].Brand));
    }

    [Fact]
    public void RankSearch_GivenCategory_WinsOverTheOffers()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Category, "dairy", 0.4f));
        var request = new SearchRequest { MemberId = "m" };
        request.Items.Add(new SearchItem("a", 1, "dairy", ""));
        request.Items.Add(new SearchItem("c", 0, "bread", ""));

        var items = Rank(world, request).Result.Items;

        Assert.Equal((0.1f, 0f), (items[0].Parts.Category, items[1].Parts.Category));
    }

    [Fact]
    public void RankSearch_PersonalOffer_IsTheBestThatMayBeShownNow()
    {
        using var world = Prepare();
        var request = Request("m", ("c", 1), ("d", 0.5f), ("e", 0));
        string[] Offers() => [.. Rank(world, request).Result.Items.ToArray().OrderBy(item => item.Index).Select(item => item.Offer?.OfferId ?? "none")];

        Assert.Equal(["best-but-off", "second", "none"], Offers());
        world.Update(new AvailabilityUpdate { Subject = AvailabilitySubject.Offer, SubjectId = "best-but-off", Available = false });
        Assert.Equal(["second", "second", "none"], Offers());
        Assert.Equal(0.05f, Rank(world, request).Result.Items[0].Parts.Offer);
    }

    [Fact]
    public void RankSearch_UnavailableItem_IsDroppedOrDemoted()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Item, "a", 1f));
        world.Update(new AvailabilityUpdate { Subject = AvailabilitySubject.Item, SubjectId = "a", Stock = 0 });
        var request = Request("m", ("a", 1), ("b", 0.5f), ("c", 0));

        Assert.Equal(["b", "c"], Order(world, request));
        world.Place(new PlacementConfig { Name = "search", UnavailableItems = UnavailableItems.Demote });
        Assert.Equal(["b", "c", "a"], Order(world, request));
        Assert.True(Rank(world, request).Result.Items[2].Parts.Availability < 0);
    }

    [Fact]
    public void RankSearch_Count_ReturnsTheBest()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Item, "c", 1f));
        var request = Request("m", ("a", 1), ("b", 0.5f), ("c", 0));
        request.Count = 2;

        Assert.Equal(["c", "a"], Order(world, request));
    }

    [Fact]
    public void RankSearch_NegativeAffinity_CountsAsNone()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Item, "a", -5f));
        Assert.Equal(["a", "b"], Order(world, Request("m", ("a", 1), ("b", 0.5f))));
    }

    [Fact]
    public void RankSearch_DeadlineNear_ReturnsTheRequestsOrderFlagged()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Item, "c", 1f));
        world.Update(new AvailabilityUpdate { Subject = AvailabilitySubject.Item, SubjectId = "a", Available = false });
        var request = Request("m", ("a", 1), ("b", 0.5f), ("c", 0));
        request.Deadline = TimeSpan.FromMilliseconds(2).Ticks;

        var (outcome, result) = Rank(world, request);

        Assert.Equal(SearchOutcome.Degraded, outcome);
        Assert.Equal([1, 2], result.Items.ToArray().Select(item => item.Index));

        world.Place(new PlacementConfig { Name = "search", UnavailableItems = UnavailableItems.Demote });
        Assert.Equal([1, 2, 0], Rank(world, request).Result.Items.ToArray().Select(item => item.Index));
    }

    [Fact]
    public void RankSearch_TimeRunsOutAmongTheItems_ReturnsTheRequestsOrderFlagged()
    {
        using var world = Prepare(new AffinityConfig(AffinityKind.Item, "i999", 1f));
        world.Clock.Step = TimeSpan.FromMilliseconds(1);
        var request = new SearchRequest { MemberId = "m" };
        for (var i = 0; i < 1_000; i++) request.Items.Add(new SearchItem($"i{i}", 0, "", ""));

        request.Deadline = TimeSpan.FromMilliseconds(100).Ticks;
        Assert.Equal(SearchOutcome.Ranked, Rank(world, request).Outcome);

        request.Deadline = world.Clock.GetTimestamp() + TimeSpan.FromMilliseconds(6).Ticks;
        var (outcome, result) = Rank(world, request);
        Assert.Equal(SearchOutcome.Degraded, outcome);
        Assert.Equal(Enumerable.Range(0, 1_000), result.Items.ToArray().Select(item => item.Index));
    }
}
