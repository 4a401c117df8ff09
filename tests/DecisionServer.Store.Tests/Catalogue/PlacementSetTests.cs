namespace DecisionServer.Store.Tests.Catalogue;

public sealed class PlacementSetTests
{
    [Fact]
    public void Default_BeforeAnythingIsConfigured_HoldsTheBuiltInPlacements()
    {
        Assert.Equal(["app.home", "default", "email.weekly", "search", "web.home"], PlacementSet.Default.All.Select(placement => placement.Name));
        Assert.True(PlacementSet.Default.TryGet("default", out var placement));
        Assert.Equal(PlacementStrategy.Affinity, placement.Strategy);
        Assert.Equal((10, int.MaxValue, int.MaxValue), (placement.DefaultCount, placement.MaxPerCategory, placement.MaxPerBrand));
        Assert.Equal(SearchWeights.Default, PlacementSet.Default.Search.Search);
        Assert.Equal(UnavailableItems.Drop, PlacementSet.Default.Search.UnavailableItems);
    }

    [Fact]
    public void Default_EveryPlacement_PassesItsOwnValidation()
    {
        var errors = new List<string>();
        foreach (var placement in PlacementSet.Default.All) PlacementConfigValidator.Validate(placement.Config, errors);
        Assert.Empty(errors);
    }

    [Fact]
    public void With_NewAndKnownName_AddsAndReplaces()
    {
        var set = PlacementSet.Default.With(
            [new() { Name = "till", MaxPerBrand = 2, MinScore = 0.5f }, new() { Name = "search", SearchWeights = new() { Item = 3 } }],
            out var added, out var replaced);

        Assert.Equal((1, 1, 6), (added, replaced, set.All.Count));
        Assert.True(set.TryGet("till", out var till));
        Assert.Equal((2, 0.5f, 1.5f), (till.MaxPerBrand, till.MinScore, till.ContextLift));
        Assert.Equal(SearchWeights.Default with { Item = 3 }, set.Search.Search);
        Assert.False(PlacementSet.Default.TryGet("till", out _));
    }

    [Fact]
    public void With_SameNameTwice_Refuses()
    {
        var error = Assert.Throws<CatalogueException>(() => PlacementSet.Default.With([new() { Name = "a" }, new() { Name = "a" }], out _, out _));
        Assert.Equal("placements[1].name: \"a\" is the name of placements[0] already", Assert.Single(error.Errors));
    }

    [Fact]
    public void With_OneTooMany_Refuses()
    {
        var configs = Enumerable.Range(0, 996).Select(i => new PlacementConfig { Name = $"p{i}" }).ToArray();

        Assert.Equal(1_000, PlacementSet.Default.With(configs[..995], out _, out _).All.Count);
        var error = Assert.Throws<CatalogueException>(() => PlacementSet.Default.With(configs, out _, out _));
        Assert.Equal("placements: there would be 1001, at most 1000 are allowed", Assert.Single(error.Errors));
    }

    public static TheoryData<PlacementConfig, string> Faults => new()
    {
        { new() { Name = "" }, "name: is empty" },
        { new() { Name = "p", Strategy = (PlacementStrategy)9 }, "strategy: 9 is not a known strategy" },
        { new() { Name = "p", DefaultCount = 101 }, "default_count: is 101, must be between 1 and 100, or 0 for 10" },
        { new() { Name = "p", MaxPerCategory = -1 }, "max_per_category: is -1, must be 0 or more" },
        { new() { Name = "p", MaxPerBrand = -1 }, "max_per_brand: is -1, must be 0 or more" },
        { new() { Name = "p", MinScore = float.NaN }, "min_score: is not a finite number" },
        { new() { Name = "p", ContextLift = -1 }, "context_lift: is -1, must be between 0 and 1000" },
        { new() { Name = "p", Weights = new(1, 2, float.NaN, 3) }, "weights.value: is NaN, must be between 0 and 1000" },
        { new() { Name = "p", Weights = new(1_001, 2, 0, 3) }, "weights.propensity: is 1001, must be between 0 and 1000" },
        { new() { Name = "p", SearchWeights = new() { Brand = -2 } }, "search_weights.brand: is -2, must be between 0 and 1000" },
        { new() { Name = "p", UnavailableItems = 0 }, "unavailable_items: 0 is not a known choice" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_OneFault_NamesTheFieldAndTheFault(PlacementConfig placement, string expected)
    {
        var errors = new List<string>();
        PlacementConfigValidator.Validate(placement, errors);
        Assert.Equal(expected, Assert.Single(errors));
    }
}
