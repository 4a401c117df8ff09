namespace DecisionServer.Store.Tests.Catalogue;

public sealed class LadderTests
{
    private static readonly CatalogueSnapshot Catalogue =
        CatalogueSnapshot.Build([new() { OfferId = "c" }, new() { OfferId = "a" }, new() { OfferId = "b" }]);

    [Fact]
    public void Build_ListsInAnyOrder_SortsByScoreThenId()
    {
        var config = new LadderConfig
        {
            Segments = new Dictionary<string, IReadOnlyList<ScoredOfferConfig>> { ["new"] = [new("c", 0.5f), new("b", 0.5f), new("a", 0.1f)] },
            Global = [new("a", 1f), new("c", 2f)],
        };

        var ladder = Ladder.Build(config, Catalogue, [(2, 9f)]);

        Assert.True(ladder.TryGetSegment("new", out var list));
        Assert.Equal([2, 0, 1], list.OfferIndexes.ToArray());
        Assert.Equal([0.5f, 0.5f, 0.1f], list.Scores.ToArray());
        Assert.True(ladder.TryGetSegment("new".AsSpan(), out var same));
        Assert.Same(list, same);
        Assert.Equal([0, 1], ladder.Global.OfferIndexes.ToArray());
    }

    [Fact]
    public void Build_UnknownOffers_LeavesThemOut()
    {
        var config = new LadderConfig
        {
            Segments = new Dictionary<string, IReadOnlyList<ScoredOfferConfig>> { ["gone"] = [new("x", 1f)], ["half"] = [new("x", 1f), new("a", 0.5f)] },
        };

        var ladder = Ladder.Build(config, Catalogue, []);

        Assert.False(ladder.TryGetSegment("gone", out _));
        Assert.True(ladder.TryGetSegment("half", out var half));
        Assert.Equal([1], half.OfferIndexes.ToArray());
        Assert.Equal(0, ladder.Global.Count);
    }

    [Fact]
    public void Build_NoGlobalList_TakesTheMostScoredOffers()
    {
        var ladder = Ladder.Build(LadderConfig.Empty, Catalogue, [(0, 3f), (1, 7f), (2, 3f)]);

        Assert.Equal([1, 2, 0], ladder.Global.OfferIndexes.ToArray());
        Assert.Equal([7f, 3f, 3f], ladder.Global.Scores.ToArray());
    }

    public static TheoryData<IReadOnlyList<ScoredOfferConfig>, string> Faults => new()
    {
        { [new("a", float.NaN)], "offers[0].score: is not a finite number" },
        { [new("a", 1), new("", 1)], "offers[1].offer_id: is empty" },
        { [new("a", 1), new("b", 1), new("a", 2)], "offers[2].offer_id: \"a\" is the id of offers[0] already" },
        { [new("a", 1), new("b", 1), new("c", 1), new("d", 1)], "offers: has 4 entries, at most 3 are allowed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_OneFault_NamesTheFieldAndTheFault(IReadOnlyList<ScoredOfferConfig> offers, string expected)
    {
        var errors = new List<string>();
        LadderConfigValidator.Validate(offers, 3, errors);
        Assert.Equal(expected, Assert.Single(errors));
    }
}
