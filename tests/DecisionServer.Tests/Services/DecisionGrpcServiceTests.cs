using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static DecisionServer.Tests.Services.RunningServer;
using AvailabilityUpdate = DecisionServer.V1.AvailabilityUpdate;
using Placement = DecisionServer.V1.Placement;
using ScoredOffer = DecisionServer.V1.ScoredOffer;

namespace DecisionServer.Tests.Services;

public class DecisionGrpcServiceTests
{
    private static readonly DateTimeOffset Sunday = new(2037, 8, 16, 0, 0, 0, TimeSpan.Zero);

    private static readonly OfferConfig[] Offers =
    [
        new()
        {
            OfferId = "milk", Title = "Milk", Category = "dairy", Brand = "acme", CampaignId = "c1", Department = "grocery", PriceMinor = 99, ValidUntil = Sunday,
            ItemIds = ["i-milk"], Content = new Dictionary<string, string> { ["image"] = "milk.png", ["title"] = "Fresh milk" },
        },
        new() { OfferId = "bread", ItemIds = ["i-bread"] },
        new() { OfferId = "cheese", Value = 3 },
    ];

    private static async Task<(RunningServer Server, DecisionService.DecisionServiceClient Client)> Serve(params string[] arguments)
    {
        var server = await Start(arguments);
        server.Publish("week1", Offers);
        await new IngestService.IngestServiceClient(server.Channel).PutOfferSetsAsync(new()
        {
            OfferSets =
            {
                new OfferSet
                {
                    MemberId = "member",
                    Offers = { new ScoredOffer { OfferId = "milk", Score = 0.9f }, new ScoredOffer { OfferId = "bread", Score = 0.5f } },
                    Affinities = { new Affinity { Kind = V1.AffinityKind.Item, Key = "i-bread", Score = 1 } },
                },
            },
        });
        await server.Catalog.PutGlobalOffersAsync(new() { Offers = { new ScoredOffer { OfferId = "cheese", Score = 7 } } });
        return (server, new(server.Channel));
    }

    [Fact]
    public async Task NextBestOffers_Member_EveryFieldOfTheAnswerIsThere()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        var update = new AvailabilityUpdate { OfferId = "bread", PriceMinor = 250 };
        var epoch = (await server.Availability.UpdateAvailabilityAsync(new() { Updates = { update } })).AvailabilityEpoch;

        var answer = await client.NextBestOffersAsync(new() { MemberId = "member", Placements = { new PlacementRequest { Placement = "default", Count = 4 } } });

        Assert.Equal(("week1", epoch), (answer.GenerationId, answer.AvailabilityEpoch));
        var slot = Assert.Single(answer.Placements);
        Assert.Equal(("default", 1), (slot.Placement, slot.Shortfall));
        Assert.Empty(slot.Candidates);
        Assert.Equal(
            new DecidedOffer
            {
                OfferId = "milk",
                Rank = 1,
                Score = 0.9f,
                Source = V1.OfferSource.Member,
                PriceMinor = 99,
                ValidUntil = Timestamp.FromDateTimeOffset(Sunday),
                Content = { ["title"] = "Fresh milk", ["category"] = "dairy", ["brand"] = "acme", ["campaign_id"] = "c1", ["department"] = "grocery", ["image"] = "milk.png" },
            },
            slot.Offers[0]);
        Assert.Equal(new DecidedOffer { OfferId = "bread", Rank = 2, Score = 0.5f, Source = V1.OfferSource.Member, PriceMinor = 250 }, slot.Offers[1]);
        Assert.Equal(new DecidedOffer { OfferId = "cheese", Rank = 3, Score = 7, Source = V1.OfferSource.Global }, slot.Offers[2]);
    }

    [Fact]
    public async Task NextBestOffers_Explain_NamesPartsAndReasons()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        await server.Catalog.PutPlacementsAsync(new() { Placements = { new Placement { Name = "p", Strategy = Strategy.Arbitration } } });
        var request = new NextBestOffersRequest
        {
            MemberId = "member",
            Explain = true,
            DryRun = true,
            ExcludeOfferIds = { "milk" },
            Placements = { new PlacementRequest { Placement = "default", Count = 1 }, new PlacementRequest { Placement = "p", Count = 1 } },
        };

        var answer = await client.NextBestOffersAsync(request);

        Assert.Equal(
            [("milk", V1.Reason.Excluded), ("bread", V1.Reason.Shown), ("cheese", V1.Reason.RankedOut)],
            answer.Placements[0].Candidates.Select(candidate => (candidate.OfferId, candidate.Reason)));
        Assert.Equal(["propensity"], answer.Placements[0].Candidates[0].ScoreParts.Keys);
        Assert.Equal(
            [("milk", V1.Reason.Excluded), ("bread", V1.Reason.Duplicate), ("cheese", V1.Reason.Shown)],
            answer.Placements[1].Candidates.Select(candidate => (candidate.OfferId, candidate.Reason)));
        var cheese = answer.Placements[1].Candidates[2];
        Assert.Equal((21f, V1.OfferSource.Global), (cheese.Score, cheese.Source));
        Assert.Equal((7f, 1f, 3f, 1f), (cheese.ScoreParts["propensity"], cheese.ScoreParts["context"], cheese.ScoreParts["value"], cheese.ScoreParts["boost"]));
    }

    [Fact]
    public async Task NextBestOffers_EachCall_HasADecisionIdOfItsOwn()
    {
        var (server, client) = await Serve();
        await using var _ = server;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.NextBestOffersAsync(new() { MemberId = "member" }).ResponseAsync));

        Assert.Equal(50, answers.Select(answer => answer.DecisionId).Distinct().Count());
        Assert.All(answers, answer => Assert.Equal(["milk", "bread", "cheese"], answer.Placements.Single().Offers.Select(offer => offer.OfferId)));
    }

    [Fact]
    public async Task NextBestOffers_UnknownPlacement_NamesIt()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        var request = new NextBestOffersRequest { MemberId = "m", Placements = { new PlacementRequest { Placement = "default" }, new PlacementRequest { Placement = "till" } } };

        var refusal = await Refused(() => client.NextBestOffersAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Equal("placements[1].placement: \"till\" is not a placement of this server; CatalogService.ListPlacements names them", refusal.Status.Detail);
    }

    [Fact]
    public async Task AnyCall_NothingPublished_FailedPrecondition()
    {
        await using var server = await Start();
        var client = new DecisionService.DecisionServiceClient(server.Channel);

        var refusal = await Refused(() => client.NextBestOffersAsync(new() { MemberId = "m" }).ResponseAsync, StatusCode.FailedPrecondition);
        Assert.Equal("no generation has been published yet: load and publish one first", refusal.Status.Detail);
        await Refused(() => client.RankSearchAsync(new() { MemberId = "m", Candidates = { new SearchCandidate { ItemId = "i" } } }).ResponseAsync, StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task MinEpoch_ReachedWhileWaiting_Answers()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        var waiting = client.NextBestOffersAsync(new() { MemberId = "member", MinAvailabilityEpoch = 1 }, deadline: DateTime.UtcNow + Bound).ResponseAsync;
        var ranking = client.RankSearchAsync(
            new() { MemberId = "member", MinAvailabilityEpoch = 1, Candidates = { new SearchCandidate { ItemId = "i" } } }, deadline: DateTime.UtcNow + Bound).ResponseAsync;

        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new AvailabilityUpdate { OfferId = "milk", Available = false } } });

        var answer = await waiting.WaitAsync(Bound);
        Assert.Equal(1UL, answer.AvailabilityEpoch);
        Assert.DoesNotContain(answer.Placements.Single().Offers, offer => offer.OfferId == "milk");
        Assert.Equal(1UL, (await ranking.WaitAsync(Bound)).AvailabilityEpoch);
    }

    [Fact]
    public async Task MinEpoch_NotReached_IsRefusedBeforeTheDeadline()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        var request = new NextBestOffersRequest { MemberId = "member", MinAvailabilityEpoch = 9 };

        var refusal = await Refused(() => client.NextBestOffersAsync(request, deadline: DateTime.UtcNow.AddSeconds(10)).ResponseAsync, StatusCode.FailedPrecondition);

        Assert.Equal("min_availability_epoch: 9 has not been reached in time, availability is at epoch 0", refusal.Status.Detail);
    }

    [Fact]
    public async Task MinEpoch_NoDeadline_WaitsAsLongAsConfigured()
    {
        var (server, client) = await Serve("--Limits:EpochWaitSeconds=0");
        await using var _ = server;

        await Refused(() => client.NextBestOffersAsync(new() { MemberId = "member", MinAvailabilityEpoch = 9 }).ResponseAsync, StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task MinEpoch_BadRequest_IsRefusedWithoutWaiting()
    {
        var (server, client) = await Serve("--Limits:EpochWaitSeconds=600");
        await using var _ = server;

        await Refused(() => client.NextBestOffersAsync(new() { MinAvailabilityEpoch = 9 }).ResponseAsync, StatusCode.InvalidArgument);
        await Refused(() => client.RankSearchAsync(new() { MinAvailabilityEpoch = 9 }).ResponseAsync, StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task RankSearch_Explain_TellsPlacesPartsAndOffer()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        var request = new RankSearchRequest
        {
            MemberId = "member",
            Query = "food",
            Explain = true,
            Candidates =
            {
                new SearchCandidate { ItemId = "i-other", Relevance = 3 }, new SearchCandidate { ItemId = "i-milk", Relevance = 2 }, new SearchCandidate { ItemId = "i-bread", Relevance = 1 },
            },
        };

        var answer = await client.RankSearchAsync(request);

        Assert.Equal(("week1", false), (answer.GenerationId, answer.Degraded));
        Assert.NotEqual("", answer.DecisionId);
        Assert.Equal(
            [("i-bread", 1, 3, "bread"), ("i-other", 2, 1, ""), ("i-milk", 3, 2, "milk")],
            answer.Items.Select(item => (item.ItemId, item.Rank, item.BaseRank, item.OfferId)));
        Assert.Equal(answer.Items[0].Score, answer.Items[0].ScoreParts.Values.Sum(), 5);
        Assert.Equal(["activated", "availability", "brand", "category", "item", "offer", "relevance"], answer.Items[0].ScoreParts.Keys.Order());
        request.Explain = false;
        Assert.Empty((await client.RankSearchAsync(request)).Items[0].ScoreParts);
    }

    [Fact]
    public async Task RankSearch_UnavailableItem_IsDropped()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new AvailabilityUpdate { ItemId = "i-bread", Stock = 0 } } });

        var answer = await client.RankSearchAsync(new()
        {
            MemberId = "member",
            Candidates = { new SearchCandidate { ItemId = "i-bread" }, new SearchCandidate { ItemId = "i-milk" } },
        });

        Assert.Equal("i-milk", Assert.Single(answer.Items).ItemId);
    }

    [Fact]
    public async Task DecideStream_ManyRequests_AnswersInTheirOrder()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        using var call = client.DecideStream();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var slot = new PlacementRequest { Placement = "default", Count = (i % 50) + 1 };
                await call.RequestStream.WriteAsync(new() { MemberId = "member", Placements = { slot } });
            }

            await call.RequestStream.CompleteAsync();
        });

        var answers = new List<NextBestOffersResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync()) answers.Add(answer);

        await writing.WaitAsync(Bound);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (i % 50) + 1), answers.Select(answer => answer.Placements[0].Offers.Count + answer.Placements[0].Shortfall));
    }

    [Fact]
    public async Task DecideStream_BadRequest_EndsItNamingTheRequest()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        using var call = client.DecideStream();
        await call.RequestStream.WriteAsync(new() { MemberId = "member" });
        await call.RequestStream.WriteAsync(new() { MemberId = "" });

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Bound));
        var refusal = await Refused(() => call.ResponseStream.MoveNext(CancellationToken.None), StatusCode.InvalidArgument);

        Assert.Equal("request 2 of the stream: member_id: is empty", refusal.Status.Detail);
    }

    [Fact]
    public async Task DecideStream_ManyAtOnceThenABadOne_AllBeforeItAreAnswered()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        using var call = client.DecideStream();
        for (var i = 0; i < 100; i++) await call.RequestStream.WriteAsync(new() { MemberId = "member" }).WaitAsync(Bound);
        await call.RequestStream.WriteAsync(new() { MemberId = "" }).WaitAsync(Bound);

        for (var i = 0; i < 100; i++) Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Bound));
        var refusal = await Refused(() => call.ResponseStream.MoveNext(CancellationToken.None), StatusCode.InvalidArgument);

        Assert.Equal("request 101 of the stream: member_id: is empty", refusal.Status.Detail);
    }

    [Fact]
    public async Task DecideStream_NextOneHasToWait_AnswersBeforeItAreNotHeldBack()
    {
        var (server, client) = await Serve();
        await using var _ = server;
        using var call = client.DecideStream();
        for (var i = 0; i < 5; i++) await call.RequestStream.WriteAsync(new() { MemberId = "member" }).WaitAsync(Bound);
        await call.RequestStream.WriteAsync(new() { MemberId = "member", MinAvailabilityEpoch = 1 }).WaitAsync(Bound);

        for (var i = 0; i < 5; i++) Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Bound));
        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new AvailabilityUpdate { OfferId = "milk", Available = false } } });

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Bound));
        Assert.Equal(["bread", "cheese"], call.ResponseStream.Current.Placements[0].Offers.Select(offer => offer.OfferId));
    }

    [Fact]
    public async Task NextBestOffers_OmitContent_EverythingElseIsThere()
    {
        var (server, client) = await Serve();
        await using var _ = server;

        var full = await client.NextBestOffersAsync(new() { MemberId = "member" });
        var lean = await client.NextBestOffersAsync(new() { MemberId = "member", OmitContent = true });

        Assert.NotEmpty(full.Placements[0].Offers[0].Content);
        foreach (var offer in full.Placements[0].Offers) offer.Content.Clear();
        Assert.Equal(full.Placements, lean.Placements);
    }
}
