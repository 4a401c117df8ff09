using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

/// <summary>What generations hold of an erased member is gone wherever it could come back from; who comes back is somebody new.</summary>
public sealed class ErasureTests : IDisposable
{
    private readonly RegistryFixture _store = new();

    public ErasureTests()
    {
        _store.Load("before");
        _store.Registry.Publish("before", force: false);
        _store.Load("w", best: 1);
        _store.Registry.Publish("w", force: false);
    }

    [Fact]
    public void FollowErasures_CurrentAndPrevious_AreWithoutTheMember()
    {
        _store.Erase("m0");
        _store.Registry.FollowErasures();

        Assert.Equal((null, "o1"), (_store.Best("m0"), _store.Best("m1")));
        _store.Registry.Rollback();
        Assert.Equal((null, "o0"), (_store.Best("m0"), _store.Best("m1")));
    }

    [Fact]
    public void Recover_ProcessEndedBeforeFollowing_TakesTheSetAway()
    {
        _store.Erase("m0");
        for (int start = 0; start < 2; start++)
        {
            _store.Restart();
            Assert.Equal((null, "o1"), (_store.Best("m0"), _store.Best("m1")));
        }

        _store.Registry.Rollback();
        Assert.Null(_store.Best("m0"));
    }

    [Fact]
    public void PutOfferSets_AfterErasure_StaysThroughRestarts()
    {
        _store.Erase("m0");
        _store.Erase("m1");
        _store.Registry.FollowErasures();
        Put("m0", "o5");

        for (int start = 0; start < 3; start++)
        {
            Assert.Equal(("o5", null, "o1"), (_store.Best("m0"), _store.Best("m1"), _store.Best("m2")));
            _store.Restart();
        }

        // Erased once more.
        _store.Erase("m0");
        _store.Restart();
        Assert.Null(_store.Best("m0"));
    }

    [Fact]
    public void PutOfferSets_MemberThatGenerationDidNotHold_StaysAfterOlderErasure()
    {
        _store.Erase("stranger");
        _store.Registry.FollowErasures();
        Put("stranger", "o5");

        _store.Restart();

        Assert.Equal("o5", _store.Best("stranger"));
    }

    [Fact]
    public void Publish_LoadBegunBeforeErasure_IsWithoutTheMember()
    {
        BegunLoad begun = _store.Registry.Begin("next", 2, resume: false, "test");
        LoadSession load = _store.Registry.Load("next", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        load.Store(begun.Token, "s", 1, RegistryFixture.Packed(0, 2, best: 4));
        _store.Erase("m0");
        _store.Registry.FollowErasures();
        _store.Registry.Seal("next", begun.Token, new SealRequest());

        _store.Registry.Publish("next", force: true);

        Assert.Equal((null, "o4"), (_store.Best("m0"), _store.Best("m1")));
    }

    [Fact]
    public void Publish_SealedBeforeErasureAndRestart_IsWithoutTheMember()
    {
        _store.Load("next", best: 4);
        _store.Erase("m0");
        _store.Restart();

        _store.Registry.Publish("next", force: false);

        Assert.Equal((null, "o4"), (_store.Best("m0"), _store.Best("m1")));
    }

    [Fact]
    public void Publish_LoadBegunAfterErasure_HoldsSomebodyNew()
    {
        _store.Erase("m0");
        _store.Registry.FollowErasures();
        _store.Load("next", best: 4);
        _store.Registry.Publish("next", force: false);

        for (int start = 0; start < 2; start++)
        {
            Assert.Equal("o4", _store.Best("m0"));
            _store.Restart();
        }
    }

    [Fact]
    public void Recover_AnotherLogOfErasures_IsFollowedByTime()
    {
        _store.Erase("m1");
        _store.Registry.FollowErasures();
        Put("m2", "o5");

        // A journal begun anew: the position that the generation has noted is none of its log.
        _store.Erased.Clear();
        _store.Restart();
        _store.Erase("m2");
        _store.Erase("m3");
        for (int start = 0; start < 2; start++)
        {
            _store.Restart();
            Assert.Equal((null, null, null, "o1"), (_store.Best("m1"), _store.Best("m2"), _store.Best("m3"), _store.Best("m4")));
        }
    }

    public void Dispose() => _store.Dispose();

    private void Put(string member, string offer) => Assert.Empty(_store.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig(member, [new(offer, 1)], [])]));
}
