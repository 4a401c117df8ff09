using DecisionServer.Client.Routing;
using DecisionServer.Client.Tests.Support;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Client.Tests.Routing;

/// <summary>Members go to the node that owns them: by the fleet's map, or where a node sends them.</summary>
public sealed class FleetTests
{
    [Fact]
    public async Task Call_FleetIsSharded_GoesToTheOwner()
    {
        await using ScriptedServer first = await ScriptedServer.Start(), second = await ScriptedServer.Start();
        Script(first, Halves(first, second));
        Script(second, Halves(first, second));

        // One is configured, the other is named by the fleet.
        await using DecisionServerClient client = Clients.Of(options => options.WatchHealth = false, first.Address);
        await Eventually.True(() => client.Map is not null, "the fleet is known");
        for (int m = 0; m < 200; m++)
        {
            NextBestOffersResponse answer = await client.Decisions.NextBestOffersAsync(Clients.Ask($"m{m}"));
            Assert.Equal((ShardMap.ShardOf(MemberHash.Of($"m{m}")!.Value, 2) == 0 ? first : second).Address.ToString(), answer.DecisionId);
        }

        Assert.Equal(0, client.Statistics.Redirects);
    }

    [Fact]
    public async Task Call_SentOnByANode_IsMadeThereAtOnceWhateverItIs()
    {
        await using ScriptedServer first = await ScriptedServer.Start(), second = await ScriptedServer.Start();
        Script(second, new GetFleetResponse());
        first.Answer = (_, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "not mine"), new Metadata { { "ds-owner", second.Address.ToString() } });

        await using DecisionServerClient client = Clients.Of(
            options => (options.WatchHealth, options.Attempts, options.RetryBurst, options.RetryRatio) = (false, 1, 0, 0), first.Address);
        NextBestOffersResponse answer = await client.Decisions.NextBestOffersAsync(Clients.Ask("m"));

        Assert.Equal(second.Address.ToString(), answer.DecisionId);
        Assert.Equal((1, 0), (client.Statistics.Redirects, client.Statistics.Retries));
    }

    [Fact]
    public async Task Call_SentAroundInCircles_Ends()
    {
        await using ScriptedServer first = await ScriptedServer.Start(), second = await ScriptedServer.Start();
        first.Answer = (_, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "not mine"), new Metadata { { "ds-owner", second.Address.ToString() } });
        second.Answer = (_, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "not mine"), new Metadata { { "ds-owner", first.Address.ToString() } });

        await using DecisionServerClient client = Clients.Of(options => options.WatchHealth = false, first.Address);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => client.Decisions.NextBestOffersAsync(Clients.Ask("m")).ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal(3, first.CallsOf("NextBestOffers").Count() + second.CallsOf("NextBestOffers").Count());
    }

    [Fact]
    public async Task Call_FleetNotToBeFollowed_StaysWithTheConfigured()
    {
        await using ScriptedServer first = await ScriptedServer.Start();
        first.Answer = (_, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "not mine"), new Metadata { { "ds-owner", "http://127.0.0.1:1" } });

        await using DecisionServerClient client = Clients.Of(options => (options.WatchHealth, options.FollowFleet) = (false, false), first.Address);
        await Assert.ThrowsAsync<RpcException>(() => client.Decisions.NextBestOffersAsync(Clients.Ask("m")).ResponseAsync);

        Assert.Single(first.Calls);
    }

    [Theory]
    [InlineData("m-1", "m-1")]
    [InlineData("Mäx 1", "M%C3%A4x%201")]
    [InlineData("50%", "50%25")]
    public async Task Call_OfAMember_NamesItForLoadBalancers(string member, string header)
    {
        await using ScriptedServer server = await ScriptedServer.Start();
        Script(server, new GetFleetResponse());
        await using DecisionServerClient client = Clients.Of(options => options.WatchHealth = false, server.Address);

        await client.Decisions.NextBestOffersAsync(Clients.Ask(member));
        await client.Decisions.NextBestOffersAsync(Clients.Ask(member), new Metadata { { "x-member-id", "mine" } });

        Assert.Equal([header, "mine"], server.CallsOf("NextBestOffers").Select(call => call.Member));
    }

    private static void Script(ScriptedServer server, GetFleetResponse fleet) =>
        server.Answer = (method, _) => method == "GetFleet" ? fleet : new NextBestOffersResponse { DecisionId = server.Address.ToString() };

    private static GetFleetResponse Halves(ScriptedServer first, ScriptedServer second) => new()
    {
        ShardCount = 2,
        Nodes =
        {
            new FleetNode { Name = "a", Address = first.Address.ToString(), State = NodeState.Ready, Shards = { 0 } },
            new FleetNode { Name = "b", Address = second.Address.ToString(), State = NodeState.Ready, Shards = { 1 } },
        },
    };
}
