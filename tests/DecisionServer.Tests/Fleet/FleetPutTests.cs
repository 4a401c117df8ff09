using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

/// <summary>Sets and offers put into the current generation on any node of a fleet.</summary>
[Trait("Category", "Fault")]
public sealed class FleetPutTests
{
    private const string Known = "M00000001";

    [Fact]
    public async Task Put_OnAnyNode_IsSeenByAll_AlsoByKilledAndLateOnes()
    {
        await using var fleet = await FleetCluster.Start(3);
        await fleet.Load("week-1");
        var (a, b, c) = (fleet.Nodes[0], fleet.Nodes[1], fleet.Nodes[2]);

        // 1. A new member at the till of A, rescored at B; an offer that A has just added, in a set that C puts.
        var first = await Put(a, "k1", ("new", "OF000001"));
        Assert.Equal(("week-1", 1), (first.GenerationId, first.Accepted));
        Assert.Equal("OF000001", await Best(a, "new"));
        await Put(b, "k2", ("new", "OF000002"), (Known, "OF000003"));
        Assert.Equal("OF000002", await Best(b, "new"));
        var added = await a.Catalog.PutOffersAsync(new PutOffersRequest { IdempotencyKey = "k3", Offers = { new Offer { OfferId = "fresh" }, new Offer { OfferId = "OF000009", Title = "changed" } } });
        Assert.Equal((1, 1), (added.Added, added.Replaced));
        var named = await Put(c, "k4", ("fresh-one", "fresh"), ("bad", "nowhere"));
        Assert.Equal((1, 1), (named.Accepted, named.Rejected.Count));

        // 2. The keys are everybody's.
        await Put(a, "k2", ("new", "OF000002"), (Known, "OF000003"));
        Assert.Equal(named, await Put(b, "k4", ("fresh-one", "fresh"), ("bad", "nowhere")));
        Assert.Equal(added, await c.Catalog.PutOffersAsync(
            new PutOffersRequest { IdempotencyKey = "k3", Offers = { new Offer { OfferId = "fresh" }, new Offer { OfferId = "OF000009", Title = "changed" } } }));
        var reused = await Assert.ThrowsAsync<RpcException>(() => Put(c, "k1", ("new", "OF000005")));
        Assert.Equal(StatusCode.InvalidArgument, reused.StatusCode);
        var before = await fleet.Converge();

        // 3. A node killed meanwhile, and one that comes late.
        await b.Kill();
        await Put(c, "k5", ("new", "OF000006"), ("newer", "fresh"));
        await a.Members.EraseMemberAsync(new EraseMemberRequest { MemberId = "fresh-one", IdempotencyKey = "k6" });
        await b.Start();
        var late = fleet.NewNode("late");
        var left = Directory.CreateDirectory(Path.Combine(late.DataDirectory, "generations", "incoming-dropped"));
        await late.Start();
        await c.Kill();
        await c.Start();

        var after = await fleet.Converge();
        Assert.NotEqual(before.Changes, after.Changes);
        await Eventually.True(() => !Directory.Exists(left.FullName), "nothing is left of what the fleet does not know any more");
        foreach (var node in fleet.Nodes)
        {
            Assert.Equal(("OF000006", "fresh", "OF000003", ""), (await Best(node, "new"), await Best(node, "newer"), await Best(node, Known), await Best(node, "fresh-one")));
            Assert.Equal("changed", (await node.Catalog.GetOfferAsync(new GetOfferRequest { OfferId = "OF000009" })).Offer.Title);
        }
    }

    [Fact]
    public async Task Put_AroundAPublish_GoesIntoWhatIsCurrentInTheOrderOfTruth()
    {
        await using var fleet = await FleetCluster.Start(2);
        await fleet.Load("week-1");
        await Put(fleet.Nodes[0], "k1", ("early", "OF000001"));

        // Puts on both nodes, each with a key and a member of its own, while another generation is published.
        using var stop = new CancellationTokenSource();
        var putting = fleet.Nodes.Select((node, i) => Task.Run(async () =>
        {
            var answers = new List<(string Member, string Generation)>();
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                answers.Add(($"m-{i}-{n}", (await Put(node, $"p-{i}-{n}", ($"m-{i}-{n}", "OF000002"))).GenerationId));

                // Not for the sake of time: so that there are not more of them than need be looked at.
                await Task.Delay(50);
            }

            return answers;
        })).ToList();
        await fleet.Load("week-2");
        await Put(fleet.Nodes[1], "k2", ("after", "OF000003"));
        await stop.CancelAsync();
        var answered = (await Task.WhenAll(putting)).SelectMany(each => each).ToList();

        // Whoever was told week-2 is in it on both nodes, whoever was told week-1 is there after a roll back.
        Assert.Contains(answered, answer => answer.Generation == "week-1");
        await fleet.Converge();
        await Check("week-2");
        foreach (var node in fleet.Nodes) Assert.Equal(("", "OF000003"), (await Best(node, "early"), await Best(node, "after")));
        await fleet.Nodes[1].Ingest.RollbackGenerationAsync(new RollbackGenerationRequest());
        await fleet.Converge();
        await Check("week-1");
        foreach (var node in fleet.Nodes) Assert.Equal(("OF000001", ""), (await Best(node, "early"), await Best(node, "after")));

        async Task Check(string generation)
        {
            foreach (var (member, told) in answered)
            {
                foreach (var node in fleet.Nodes) Assert.Equal(told == generation ? "OF000002" : "", await Best(node, member));
            }
        }
    }

    [Fact]
    public async Task DeltaLoad_OverOneNode_IsOnAllAfterwards()
    {
        using var files = new TemporaryDirectory();
        await using var fleet = await FleetCluster.Start(2);
        await fleet.Load("week-1");
        (await LoaderProcess.Run(
            "generate", "--members", "3000", "--offers", "120", "--set-size", "30", "--seed", "8", "--format", "pb", "--out", files.Path)).Succeeded();

        (await LoaderProcess.Run(
            "load", "--delta", "--server", fleet.Nodes[1].Server.Grpc.ToString(), "--offers", Path.Combine(files.Path, "offers.pb"), "--offer-sets", Path.Combine(files.Path, "offer_sets.pb"))).Succeeded();

        Assert.NotEqual(0UL, (await fleet.Converge()).Changes);
        Assert.Equal(await Best(fleet.Nodes[1], "M00002999"), await Best(fleet.Nodes[0], "M00002999"));
        Assert.NotEqual("", await Best(fleet.Nodes[0], "M00002999"));
    }

    private static async Task<PutOfferSetsResponse> Put(FleetNodeProcess node, string key, params (string Member, string Offer)[] sets)
    {
        var request = new PutOfferSetsRequest { IdempotencyKey = key };
        request.OfferSets.AddRange(sets.Select(set => new OfferSet { MemberId = set.Member, Offers = { new ScoredOffer { OfferId = set.Offer, Score = 1 } } }));
        return await node.Ingest.PutOfferSetsAsync(request, deadline: DateTime.UtcNow.AddSeconds(60));
    }

    /// <summary>The best offer of the member's own set; empty: it has none.</summary>
    private static async Task<string> Best(FleetNodeProcess node, string member)
    {
        var offers = (await node.Decide(member)).Placements[0].Offers;
        return offers.FirstOrDefault(offer => offer.Source == OfferSource.Member)?.OfferId ?? "";
    }
}
