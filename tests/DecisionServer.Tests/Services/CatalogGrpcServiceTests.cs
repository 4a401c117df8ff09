using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;
using static DecisionServer.Tests.Services.RunningServer;
using Offer = DecisionServer.V1.Offer;
using Placement = DecisionServer.V1.Placement;
using ScoredOffer = DecisionServer.V1.ScoredOffer;

namespace DecisionServer.Tests.Services;

public class CatalogGrpcServiceTests
{
    [Fact]
    public async Task Offers_NoGeneration_FailedPrecondition()
    {
        await using var server = await Start();

        await Refused(() => server.Catalog.PutOffersAsync(new() { Offers = { new Offer { OfferId = "o" } } }).ResponseAsync, StatusCode.FailedPrecondition);
        await Refused(() => server.Catalog.GetOfferAsync(new() { OfferId = "o" }).ResponseAsync, StatusCode.FailedPrecondition);
        await Refused(() => server.Catalog.ListOffersAsync(new()).ResponseAsync, StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task PutOffers_NewAndKnown_CountedAndThere()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "a", Title = "old" });

        var answer = await server.Catalog.PutOffersAsync(new() { Offers = { new Offer { OfferId = "b" }, new Offer { OfferId = "a", Title = "new" } } });

        Assert.Equal(new PutOffersResponse { Added = 1, Replaced = 1, GenerationId = "week1" }, answer);
        Assert.Equal("new", (await server.Catalog.GetOfferAsync(new() { OfferId = "a" })).Offer.Title);
        await Refused(() => server.Catalog.GetOfferAsync(new() { OfferId = "c" }).ResponseAsync, StatusCode.NotFound);
        await Refused(() => server.Catalog.GetOfferAsync(new()).ResponseAsync, StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task PutOffers_SeveralFaults_EachNamedWithItsOffer()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "a" });
        PutOffersRequest request = new()
        {
            Offers = { new Offer { OfferId = "fine" }, new Offer { OfferId = "bad", PriceMinor = -1, ItemIds = { "" } }, new Offer() },
        };

        var refusal = await Refused(() => server.Catalog.PutOffersAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Equal(
            "offers[1].item_ids[0]: is empty (\"bad\"); offers[1].price_minor: is -1, must be 0 or more (\"bad\"); offers[2].offer_id: is empty",
            refusal.Status.Detail);
        await Refused(() => server.Catalog.GetOfferAsync(new() { OfferId = "fine" }).ResponseAsync, StatusCode.NotFound);
    }

    [Fact]
    public async Task PutOffers_IdTwice_NamesBoth()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "a" });

        var refusal = await Refused(
            () => server.Catalog.PutOffersAsync(new() { Offers = { new Offer { OfferId = "x" }, new Offer { OfferId = "x" } } }).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Contains("offers[1].offer_id", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("offers[0]", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutOffers_SameKeyMapInAnotherOrder_SameAnswer()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "a" });
        PutOffersRequest one = new() { Offers = { new Offer { OfferId = "b", Content = { ["x"] = "1", ["y"] = "2" } } }, IdempotencyKey = "k" };
        PutOffersRequest two = new() { Offers = { new Offer { OfferId = "b", Content = { ["y"] = "2", ["x"] = "1" } } }, IdempotencyKey = "k" };

        Assert.Equal(await server.Catalog.PutOffersAsync(one), await server.Catalog.PutOffersAsync(two));
    }

    [Fact]
    public async Task ListOffers_Pages_EveryOfferOnceInOrder()
    {
        await using var server = await Start();
        OfferConfig[] offers = [.. Enumerable.Range(0, 25).Select(i => new OfferConfig { OfferId = $"o{i}" })];
        server.Publish("week1", offers);

        var ids = new List<string>();
        var (token, pages) = ("", 0);
        do
        {
            var page = await server.Catalog.ListOffersAsync(new() { PageSize = 10, PageToken = token });
            ids.AddRange(page.Offers.Select(offer => offer.OfferId));
            (token, pages) = (page.NextPageToken, pages + 1);
        }
        while (token.Length > 0);

        Assert.Equal(3, pages);
        Assert.Equal(offers.Select(offer => offer.OfferId), ids);
    }

    [Fact]
    public async Task ListOffers_OffersOfManyItems_PageStaysBelowTheMessageLimit()
    {
        await using var server = await Start();
        string[] items = [.. Enumerable.Range(0, OfferConfig.MaxItems).Select(i => $"{i,60}")];
        server.Publish("week1", [.. Enumerable.Range(0, 4).Select(i => new OfferConfig { OfferId = $"o{i}", ItemIds = items })]);

        var page = await server.Catalog.ListOffersAsync(new());
        var rest = await server.Catalog.ListOffersAsync(new() { PageToken = page.NextPageToken });

        Assert.Equal(["o0", "o1", "o2", "o3"], page.Offers.Concat(rest.Offers).Select(offer => offer.OfferId));
    }

    [Fact]
    public async Task ListOffers_BadSizeOrToken_Refused()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "a" }, new OfferConfig { OfferId = "b" });
        var token = (await server.Catalog.ListOffersAsync(new() { PageSize = 1 })).NextPageToken;
        server.Publish("week2", new OfferConfig { OfferId = "a" }, new OfferConfig { OfferId = "b" });

        foreach (var size in new[] { -1, 1_001 })
            await Refused(() => server.Catalog.ListOffersAsync(new() { PageSize = size }).ResponseAsync, StatusCode.InvalidArgument);
        foreach (var bad in new[] { "?", "AAAA", new string('A', 5_000), "OTk5L3dlZWsy" })
            await Refused(() => server.Catalog.ListOffersAsync(new() { PageToken = bad }).ResponseAsync, StatusCode.InvalidArgument);
        var stale = await Refused(() => server.Catalog.ListOffersAsync(new() { PageToken = token }).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Contains("week2", stale.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutPlacements_BeforeAnyGeneration_ListedByName()
    {
        await using var server = await Start();
        Placement placement = new()
        {
            Name = "web.cart",
            Strategy = Strategy.Weighted,
            Weights = new() { Propensity = 1, Context = 2, Value = 3, Boost = 4 },
            DefaultCount = 3,
            MaxPerCategory = 1,
            MaxPerBrand = 2,
            MinScore = 0.25f,
            ContextLift = 0,
            NoFallback = true,
            SearchWeights = new() { Relevance = 1, Item = 0, Category = 2, Brand = 3, Offer = 4 },
            UnavailableItems = V1.UnavailableItems.Demote,
            CountImpressions = V1.CountImpressions.OnEvents,
        };

        var answer = await server.Catalog.PutPlacementsAsync(new() { Placements = { placement, new Placement { Name = "app.home" } } });
        var all = (await server.Catalog.ListPlacementsAsync(new())).Placements;

        Assert.Equal((1, 1), (answer.Added, answer.Replaced));
        Assert.Equal(all.Select(one => one.Name).Order(StringComparer.Ordinal), all.Select(one => one.Name));
        Assert.Equal(placement, all.Single(one => one.Name == "web.cart"));
    }

    [Fact]
    public async Task PutPlacements_Faults_AllNamed()
    {
        await using var server = await Start();
        PutPlacementsRequest request = new()
        {
            Placements = { new Placement { Name = "p", DefaultCount = 101, Strategy = (Strategy)77, MinScore = float.NaN }, new Placement() },
        };

        var refusal = await Refused(() => server.Catalog.PutPlacementsAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        foreach (var field in new[] { "placements[0].default_count", "placements[0].strategy", "placements[0].min_score", "placements[1].name" })
            Assert.Contains(field, refusal.Status.Detail, StringComparison.Ordinal);
        await Refused(() => server.Catalog.PutPlacementsAsync(new()).ResponseAsync, StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task LadderLists_UnknownOffers_NamedAndKept()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "a" });
        ScoredOffer[] offers = [new() { OfferId = "a", Score = 0.5f }, new() { OfferId = "later", Score = 1 }];

        Assert.Equal(["later"], (await server.Catalog.PutSegmentOffersAsync(new() { Segment = "new", Offers = { offers } })).UnknownOfferIds);
        Assert.Equal(["later"], (await server.Catalog.PutGlobalOffersAsync(new() { Offers = { offers } })).UnknownOfferIds);
        Assert.Empty((await server.Catalog.PutSegmentOffersAsync(new() { Segment = "new" })).UnknownOfferIds);
    }

    [Fact]
    public async Task LadderLists_Faults_AllNamed()
    {
        await using var server = await Start();
        ScoredOffer[] offers = [new() { OfferId = "a", Score = float.NaN }, new() { OfferId = "a" }, new()];

        var segment = await Refused(() => server.Catalog.PutSegmentOffersAsync(new() { Offers = { offers } }).ResponseAsync, StatusCode.InvalidArgument);
        var global = await Refused(() => server.Catalog.PutGlobalOffersAsync(new() { Offers = { offers } }).ResponseAsync, StatusCode.InvalidArgument);

        Assert.StartsWith("segment: is empty; ", segment.Status.Detail, StringComparison.Ordinal);
        foreach (var field in new[] { "offers[0].score", "offers[1].offer_id", "offers[2].offer_id" })
            Assert.Contains(field, global.Status.Detail, StringComparison.Ordinal);
    }
}
