using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Transfer;

/// <summary>Nobody who was erased comes back with a generation from another node, whenever the erasure was; who came after it stays.</summary>
public sealed class ImportErasureTests : IDisposable
{
    private readonly RegistryFixture _from = new();
    private readonly RegistryFixture _to = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Erase_AtAnyMoment_IsNeverServed(bool sharedOrder)
    {
        // 1. Before the load began there: the set that comes is of somebody new. A node of another order of erasures goes by the time.
        Erase("returned", sharedOrder);
        _from.Load("w", members: 20, best: 1);
        _from.Registry.Publish("w", force: false);

        // 2. Before the pull, while parts come, when all is here, while it is read in, and afterwards.
        Erase("m0", sharedOrder);
        using StagedGeneration staged = Courier.Stage(_to, "w");
        Courier.Carry(_from, staged, most: 2);
        Erase("m1", sharedOrder);
        Courier.Carry(_from, staged);
        Erase("m2", sharedOrder);
        _to.Registry.Import(staged);
        Erase("m3", sharedOrder);
        _to.Registry.FollowErasures();
        _to.Registry.Publish("w", force: false);
        Erase("m4", sharedOrder);
        _to.Registry.FollowErasures();
        _from.Registry.FollowErasures();

        for (int start = 0; start < 3; start++)
        {
            Assert.All(Enumerable.Range(0, 5), m => Assert.Null(_to.Best($"m{m}")));
            Assert.All(Enumerable.Range(5, 15), m => Assert.Equal("o1", _to.Best($"m{m}")));
            Assert.Equal(_from.Best("m0"), _to.Best("m0"));
            _to.Restart();
        }
    }

    [Fact]
    public void Put_AfterErasure_StaysWhereTheOrderIsShared()
    {
        _from.Load("w", members: 20, best: 1);
        Erase("m0", sharedOrder: true);
        Courier.Bring(_from, _to, "w");
        _to.Registry.Publish("w", force: false);
        Assert.Empty(_to.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig("m0", [new("o5", 1)], [])]));

        for (int start = 0; start < 2; start++)
        {
            Assert.Equal("o5", _to.Best("m0"));
            _to.Restart();
        }

        Erase("m0", sharedOrder: true);
        _to.Restart();
        Assert.Null(_to.Best("m0"));
    }

    [Fact]
    public void Load_BegunAfterErasure_StaysWhereTheOrderIsShared()
    {
        Erase("m0", sharedOrder: true);
        _from.Registry.FollowErasures();
        _from.Load("w", members: 20, best: 1);

        Courier.Bring(_from, _to, "w");
        _to.Registry.Publish("w", force: false);

        Assert.Equal("o1", _to.Best("m0"));
    }

    // The clock of the node where the load began is ahead: by the times alone the erasure would seem to be before the load.
    [Fact]
    public void Erase_ByAClockThatIsBehind_IsFollowed()
    {
        _from.Load("w", members: 20, best: 1);
        Courier.Bring(_from, _to, "w");
        _to.Erase("m0", DateTimeOffset.UtcNow.AddSeconds(-30).UtcTicks);

        _to.Registry.Publish("w", force: false);

        Assert.Equal((null, "o1"), (_to.Best("m0"), _to.Best("m1")));
    }

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    private void Erase(string member, bool sharedOrder)
    {
        long at = DateTimeOffset.UtcNow.UtcTicks;
        if (!sharedOrder)
        {
            // Its log has another beginning.
            if (_to.Erased.Count == 0)
            {
                _to.Erase("somebody-else", at - TimeSpan.TicksPerDay);
            }
        }

        _from.Erase(member, at);
        _to.Erase(member, at);
    }
}
