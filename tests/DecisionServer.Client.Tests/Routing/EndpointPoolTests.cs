using DecisionServer.Client.Endpoints;
using DecisionServer.Client.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Client.Tests.Routing;

public sealed class EndpointPoolTests
{
    private static readonly ulong[] Members = [.. Enumerable.Range(0, 6000).Select(m => MemberHash.Of($"m{m}")!.Value)];

    [Fact]
    public async Task Choose_Member_AlwaysTheSameAndAllTheirShare()
    {
        await using EndpointPool pool = Pool(3);
        Uri[] first = [.. Members.Select(member => pool.Choose(member, null, []).Address)];
        Uri[] second = [.. Members.Select(member => pool.Choose(member, null, []).Address)];

        Assert.Equal(first, second);
        Assert.All(first.CountBy(address => address), count => Assert.InRange(count.Value, 1800, 2200));
    }

    [Fact]
    public async Task Choose_EndpointComes_OnlyItsShareMoves()
    {
        await using EndpointPool three = Pool(3);
        await using EndpointPool four = Pool(4);

        var moved = Members.Select(member => (Before: three.Choose(member, null, []).Address, After: four.Choose(member, null, []).Address))
            .Where(pair => pair.Before != pair.After).ToList();

        Assert.All(moved, pair => Assert.Equal(3, pair.After.Port - 1000));
        Assert.InRange(moved.Count, 1350, 1650);
    }

    [Fact]
    public async Task Choose_EndpointLostOrAtRest_OnlyItsMembersGoElsewhere()
    {
        await using EndpointPool pool = Pool(3);
        Endpoint[] before = [.. Members.Select(member => pool.Choose(member, null, []))];

        pool.All[0].State = EndpointState.Lost;
        pool.All[1].Rest(TimeSpan.FromHours(1));

        Assert.All(Members, member => Assert.Same(pool.All[2], pool.Choose(member, null, [])));
        pool.All[0].State = EndpointState.Serving;
        pool.All[1].Rest(TimeSpan.Zero);
        Assert.Equal(before, Members.Select(member => pool.Choose(member, null, [])));
    }

    [Fact]
    public async Task Choose_AllLost_StillGivesOneAndTriedOnesLast()
    {
        await using EndpointPool pool = Pool(2);
        foreach (Endpoint endpoint in pool.All)
        {
            endpoint.State = EndpointState.Lost;
        }

        Endpoint first = pool.Choose(Members[0], null, []);
        Assert.NotSame(first, pool.Choose(Members[0], null, [first]));
        pool.All[0].State = EndpointState.Serving;
        Assert.Same(pool.All[0], pool.Choose(Members[0], null, [pool.All[0]]));
    }

    [Fact]
    public async Task Choose_Nobody_InTurn()
    {
        await using EndpointPool pool = Pool(3);

        Assert.All(Enumerable.Range(0, 3000).Select(_ => pool.Choose(null, null, [])).CountBy(endpoint => endpoint), count => Assert.InRange(count.Value, 850, 1150));
    }

    [Fact]
    public async Task TryAdd_NamedByANode_ServesItsMembersOnly()
    {
        await using EndpointPool pool = Pool(1);
        Assert.True(pool.TryAdd(new Uri("http://127.0.0.1:999"), pool.All[0], out Endpoint? named));
        Assert.True(pool.TryAdd(new Uri("http://127.0.0.1:999"), pool.All[0], out Endpoint? again));
        Assert.Same(named, again);
        var map = new ShardMap([named, null]);

        Assert.All(Members, member => Assert.Same(pool.All[0], pool.Choose(member, null, [])));
        Assert.All(Members, member => Assert.Same(member >> 63 == 0 ? named : pool.All[0], pool.Choose(member, map, [])));
    }

    [Fact]
    public async Task TryAdd_LessSafeThanTheTeller_IsNotFollowed()
    {
        var options = new DecisionServerClientOptions { WatchHealth = false };
        options.Endpoints.Add(new Uri("https://127.0.0.1:1000"));
        await using var pool = new EndpointPool(options, TimeProvider.System, NullLogger.Instance);

        Assert.False(pool.TryAdd(new Uri("http://127.0.0.1:999"), pool.All[0], out _));
    }

    private static EndpointPool Pool(int endpoints)
    {
        var options = new DecisionServerClientOptions { WatchHealth = false };
        for (int i = 0; i < endpoints; i++)
        {
            options.Endpoints.Add(new Uri($"http://127.0.0.1:{1000 + i}"));
        }

        return new EndpointPool(options, TimeProvider.System, NullLogger.Instance);
    }
}
