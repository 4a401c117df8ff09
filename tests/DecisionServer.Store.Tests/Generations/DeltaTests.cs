using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

public sealed class DeltaTests : IDisposable
{
    private readonly RegistryFixture _store = new();

    public DeltaTests()
    {
        _store.Load("w");
        _store.Registry.Publish("w", force: false);
    }

    [Fact]
    public void PutOfferSets_NewAndKnownMembers_AreSeenAtOnceAndAfterRestart()
    {
        IReadOnlyList<RejectedSet> rejected = Put(new("m0", [new("o5", 1)], []), new("new", [new("o6", 1)], []), new("bad", [new("none", 1)], []));

        Assert.Equal([(2, RejectReason.UnknownOffer)], rejected.Select(set => (set.Index, set.Reason)));
        for (int start = 0; start < 3; start++)
        {
            Assert.Equal(("o5", "o6", "o0", null), (_store.Best("m0"), _store.Best("new"), _store.Best("m1"), _store.Best("bad")));
            _store.Restart();
        }

        Assert.Equal(2, _store.Registry.Get("w").Replaced);
    }

    [Fact]
    public void PutOfferSets_Empty_TakesTheSetAway()
    {
        Put(new OfferSetConfig("m0", [], []));

        Assert.Null(_store.Best("m0"));
        _store.Restart();
        Assert.Null(_store.Best("m0"));
        Put(new OfferSetConfig("m0", [new("o4", 1)], []));
        Assert.Equal("o4", _store.Best("m0"));
    }

    [Fact]
    public void PutOffers_ThenSetsWithThem_AreThereAfterRestart()
    {
        ServingState before = _store.Serving.Current!;
        Assert.NotNull(_store.Serving.PutOffers([new OfferConfig { OfferId = "fresh", Title = "Fresh" }, new OfferConfig { OfferId = "o0", Title = "Changed" }], out int added, out int replaced));
        Put(new OfferSetConfig("m0", [new("fresh", 1)], []));

        Assert.Equal((1, 1), (added, replaced));
        Assert.Equal(10, before.Catalogue.Count);
        for (int start = 0; start < 2; start++)
        {
            Assert.Equal("fresh", _store.Best("m0"));
            Assert.Equal("Changed", _store.Serving.Current!.Catalogue[0].Config.Title);
            _store.Restart();
        }
    }

    [Fact]
    public void Rollback_AndBack_KeepsReplacedSets()
    {
        Put(new OfferSetConfig("m0", [new("o5", 1)], []));
        _store.Load("next", best: 3);
        _store.Registry.Publish("next", force: false);
        Assert.Equal("o3", _store.Best("m0"));

        _store.Registry.Rollback();

        Assert.Equal("o5", _store.Best("m0"));
    }

    public void Dispose() => _store.Dispose();

    private IReadOnlyList<RejectedSet> Put(params OfferSetConfig[] sets) => _store.Serving.Current!.Generation.PutOfferSets(sets);
}
