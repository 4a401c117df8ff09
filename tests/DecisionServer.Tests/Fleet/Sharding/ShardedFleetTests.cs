using System.Collections.Concurrent;
using DecisionServer.Client;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DecisionServer.Tests.Fleet.Sharding;

/// <summary>Members divided into eight shards over three real nodes, and a fourth one that joins under load.</summary>
[Trait("Category", "Fault")]
public sealed class ShardedFleetTests
{
    private const int ShardCount = 8;
    private static readonly string[] Members = [.. Enumerable.Range(0, 1000).Select(i => $"M{i:D8}")];

    // Asked for again and again; the others are those whose sets are put meanwhile, and as many who are new.
    private static readonly string[] Asked = Members[..960];
    private static readonly string[] Put = [.. Members[960..], .. Enumerable.Range(0, 20).Select(i => $"new-{i}")];
    private readonly ConcurrentQueue<string> _failures = new();
    private long _answers;

    [Fact]
    public async Task EightShardsOverThreeNodes_EachMemberIsItsOwners_AFourthTakesAQuarterUnderLoad()
    {
        // A node that a busy machine holds up for seconds is not lost: nothing is to move but for the fourth one.
        await using var fleet = await FleetCluster.Start(3, $"Node:Shards={ShardCount}", "Fleet:LostSeconds=60");
        var before = await ShardedFleet.Settled(fleet, 3, ShardCount);
        await fleet.Load("week-1", Members.Length);

        // 1. Every member is served by its owner, from its own set; every other node names the owner.
        var expected = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(Members, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (member, _) =>
            expected[member] = OffersOf(await ShardedFleet.AskEverywhere(fleet, member, before)));
        await AssertAllMethodsRedirect(fleet, before);
        var held = await Held(fleet, "week-1");
        Assert.Equal(Members.Length, held.Values.Sum(generation => generation.OfferSets));
        Assert.All(held, node => Assert.Equal(MembersOf(node.Key, before), node.Value.OfferSets));

        await AssertHaproxyRoutes(fleet, before);

        // 2. A fourth node joins while a client asks for members again and again, and sets of others are put on any node.
        await using var client = ShardedFleet.Client(fleet);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 3).Select(i => Task.Run(() => Call(client, expected, i, stop.Token))).ToList();
        await using var puts = ShardPuts.Begin(fleet.Nodes, Put);
        await Eventually.True(() => Volatile.Read(ref _answers) > 300, "the client is answered");
        await puts.More();
        var fourth = await fleet.AddNode("n4");
        puts.Over(fleet.Nodes);
        var after = await ShardedFleet.Settled(fleet, 4, ShardCount);
        var enough = Volatile.Read(ref _answers) + (2 * Asked.Length);
        await Eventually.True(() => Volatile.Read(ref _answers) > enough, "the client is answered after it, too");
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        // 3. A quarter of the members moved, to it, and nobody noticed.
        Assert.Empty(_failures);
        var moved = Enumerable.Range(0, ShardCount).Where(shard => after[shard] != before[shard]).ToList();
        Assert.Equal(ShardCount / 4, moved.Count);
        Assert.All(moved, shard => Assert.Equal("n4", after[shard]));
        await Parallel.ForEachAsync(Asked, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (member, _) =>
            Assert.Equal(expected[member], OffersOf(await ShardedFleet.AskEverywhere(fleet, member, after))));

        // 4. It has fetched its share, and no more.
        var share = (await fourth.Ingest.GetGenerationAsync(new GetGenerationRequest { GenerationId = "week-1" })).Generation;
        Assert.Equal(MembersOf("n4", after), share.OfferSets);
        Assert.Equal(moved, share.Shards);
        var whole = held.Values.Sum(generation => generation.SegmentBytes);
        Assert.InRange(share.SegmentBytes, 0, whole * share.OfferSets / Members.Length * 5 / 4);

        // 5. Whatever was put, before it joined, while shards moved, and while it was killed, its owner answers with what was acknowledged last.
        await puts.More();
        puts.Over(fleet.Nodes.Where(node => node != fourth));
        await fourth.Kill();
        await puts.More();
        await fourth.Start();
        puts.Over(fleet.Nodes);
        await puts.More();
        var acknowledged = await puts.End();
        Assert.Equal(after, await ShardedFleet.Settled(fleet, 4, ShardCount));
        foreach (var (member, offer) in acknowledged)
            await Eventually.True(async () => await Best(fleet.OwnerOf(member, after), member) == offer, $"{member} has {offer}");

        // 6. The next generation is loaded by the new map: each node holds what it owns.
        await fleet.Load("week-2", Members.Length);
        Assert.All(await Held(fleet, "week-2"), node => Assert.Equal(MembersOf(node.Key, after), node.Value.OfferSets));
        foreach (var member in Members.Take(50)) Assert.Equal("week-2", (await ShardedFleet.AskEverywhere(fleet, member, after)).GenerationId);
    }

    [Fact]
    public async Task NodeAway_IsNamed_KeepsItsShards_AndServesThemWhenItIsBack()
    {
        await using var fleet = await FleetCluster.Start(2, $"Node:Shards={ShardCount}");
        await ShardedFleet.Settled(fleet, 2, ShardCount);
        await fleet.Load("week-1", 200);
        var owners = await ShardedFleet.Settled(fleet, 2, ShardCount);
        var (stays, goes) = (fleet.Nodes[0], fleet.Nodes[1]);
        var lost = Enumerable.Range(0, ShardCount).Where(shard => owners[shard] == goes.Name).ToList();

        await goes.Kill();

        await Eventually.True(
            async () => (await stays.Fleet.GetFleetAsync(new GetFleetRequest())).UnservedShards.SequenceEqual(lost), "the fleet says which shards nobody serves");
        Assert.Contains($"node \"{goes.Name}\"", await stays.Server.HttpClient.GetStringAsync(new Uri(stays.Server.Http, "health/ready")), StringComparison.Ordinal);
        var refused = await LoaderProcess.Run("publish", "week-1", "--server", stays.Server.Grpc.ToString(), "--wait", "1");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"{goes.Name} (away)", refused.Errors, StringComparison.Ordinal);

        await goes.Start();

        // It listens on another port now, which the other node learns with a heartbeat.
        await Eventually.True(
            async () => (await stays.Fleet.GetFleetAsync(new GetFleetRequest())).Nodes.Any(node => node.Name == goes.Name && node.State == NodeState.Ready && new Uri(node.Address) == goes.Server.Grpc),
            "the other node knows where it is");
        Assert.Equal(owners, await ShardedFleet.Settled(fleet, 2, ShardCount));
        foreach (var member in Members.Take(50)) await ShardedFleet.AskEverywhere(fleet, member, owners);
        Assert.Empty((await stays.Fleet.GetFleetAsync(new GetFleetRequest())).UnservedShards);
    }

    // The balancer as shipped, and a plain client that sends the member's header: no call goes to a node that is not the owner.
    private static async Task AssertHaproxyRoutes(FleetCluster fleet, IReadOnlyList<string> owners)
    {
        using var directory = new TemporaryDirectory();
        var map = directory.File("shards.map");
        await File.WriteAllLinesAsync(map, owners.Select((owner, shard) => $"{shard} node{owner[1..]}"));
        var port = FreePorts.Take();
        var environment = new Dictionary<string, string> { ["DECISIONSERVER_LISTEN"] = $"127.0.0.1:{port}", ["DECISIONSERVER_SHARD_MAP"] = map };
        foreach (var node in fleet.Nodes)
        {
            environment[$"DECISIONSERVER_NODE{node.Name[1..]}"] = node.Server.Grpc.Authority;
            environment[$"DECISIONSERVER_NODE{node.Name[1..]}_HTTP"] = $"{node.Server.Http.Port}";
        }

        await using var haproxy = await HaproxyServer.Start(await File.ReadAllTextAsync(Repository.PathOf("src", "deploy", "haproxy-sharded.cfg")), environment);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        var decisions = new DecisionService.DecisionServiceClient(channel);
        foreach (var member in Members.Take(200))
        {
            await decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = member }, new Metadata { { "x-member-id", member } }, DateTime.UtcNow.AddSeconds(30));
        }
    }

    private static async Task<string> Best(FleetNodeProcess node, string member) =>
        (await node.Decide(member)).Placements[0].Offers.FirstOrDefault(offer => offer.Source == OfferSource.Member)?.OfferId ?? "";

    private static string OffersOf(NextBestOffersResponse answer) => string.Join(",", answer.Placements[0].Offers.Select(offer => offer.OfferId));

    private static int MembersOf(string node, IReadOnlyList<string> owners) => Members.Count(member => owners[Shards.Of(MemberKey.From(member), owners.Count)] == node);

    private static async Task<Dictionary<string, V1.Generation>> Held(FleetCluster fleet, string generation)
    {
        var held = new Dictionary<string, V1.Generation>();
        foreach (var node in fleet.Nodes) held[node.Name] = (await node.Ingest.GetGenerationAsync(new GetGenerationRequest { GenerationId = generation })).Generation;
        return held;
    }

    private async Task Call(DecisionServerClient client, ConcurrentDictionary<string, string> expected, int first, CancellationToken stop)
    {
        for (var i = first; !stop.IsCancellationRequested; i += 3)
        {
            var member = Asked[i % Asked.Length];
            try
            {
                var answer = await client.Decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = member, OmitContent = true }, cancellationToken: CancellationToken.None);
                if (OffersOf(answer) != expected[member]) _failures.Enqueue($"{member}: {OffersOf(answer)}");
                Interlocked.Increment(ref _answers);
            }
            catch (RpcException e)
            {
                _failures.Enqueue($"{member}: {e.Status}");
            }
        }
    }

    private static async Task AssertAllMethodsRedirect(FleetCluster fleet, IReadOnlyList<string> owners)
    {
        var member = Members[0];
        var owner = fleet.OwnerOf(member, owners);
        var other = fleet.Nodes.First(node => node != owner);
        await Redirects(async () => await other.Decisions.RankSearchAsync(new RankSearchRequest { MemberId = member, Candidates = { new SearchCandidate { ItemId = "i" } } }));
        await Redirects(async () => await other.Members.GetMemberAsync(new GetMemberRequest { MemberId = member }));
        await Redirects(async () => await other.Members.ExportMemberAsync(new ExportMemberRequest { MemberId = member }));
        await Redirects(async () => await other.Members.EraseMemberAsync(new EraseMemberRequest { MemberId = member, IdempotencyKey = "k" }));
        await Redirects(async () => await other.Members.ActivateOfferAsync(new ActivateOfferRequest { MemberId = member, OfferId = "o", IdempotencyKey = "k" }));
        await Redirects(async () => await other.Members.DeactivateOfferAsync(new DeactivateOfferRequest { MemberId = member, OfferId = "o", IdempotencyKey = "k" }));
        await Redirects(async () => await other.Members.RedeemOfferAsync(new RedeemOfferRequest { MemberId = member, OfferId = "o", IdempotencyKey = "k" }));
        await Redirects(async () => await other.Members.PutProfileAsync(new PutProfileRequest { MemberId = member, IdempotencyKey = "k" }));

        // A stream: what comes before is answered, and the one that is another's ends it and says so.
        var own = Members.First(each => fleet.OwnerOf(each, owners) == other);
        using var stream = other.Decisions.DecideStream();
        await stream.RequestStream.WriteAsync(new NextBestOffersRequest { MemberId = own });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        await stream.RequestStream.WriteAsync(new NextBestOffersRequest { MemberId = member });
        await Redirects(() => stream.ResponseStream.MoveNext(CancellationToken.None));

        async Task Redirects(Func<Task> call)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
            Assert.Equal(owner.Server.Grpc, new Uri(refused.Trailers.GetValue("ds-owner")!));
        }
    }
}
