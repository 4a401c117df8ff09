using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

public sealed class LifecycleTests : IDisposable
{
    private readonly RegistryFixture _store = new();

    [Fact]
    public void Publish_Sealed_ServesAtOnce()
    {
        Assert.Null(_store.Serving.Current);
        Assert.Equal(GenerationState.Sealed, _store.Load("w1").State);
        Assert.Null(_store.Best("m7"));

        (GenerationInfo info, string previous) = _store.Registry.Publish("w1", force: false);

        Assert.Equal((GenerationState.Current, ""), (info.State, previous));
        Assert.Equal("o0", _store.Best("m7"));
        Assert.Null(_store.Best("nobody"));
    }

    [Fact]
    public void Publish_Next_KeepsThePreviousAndDropsTheOneBefore()
    {
        foreach (int week in (int[])[1, 2, 3])
        {
            _store.Load($"w{week}", best: week);
            _store.Registry.Publish($"w{week}", force: false);
        }

        Assert.Equal("o3", _store.Best("m0"));
        Assert.Equal(["w2", "w3"], _store.Registry.List().Select(info => info.Id).Order());
        Assert.True(_store.Registry.Get("w2") is { State: GenerationState.Retired, IsRollbackTarget: true });
        Assert.False(Directory.Exists(_store.Folder("w1")));
    }

    [Fact]
    public void Rollback_AndAgain_GoesBackAndForth()
    {
        _store.Load("w1", best: 1);
        _store.Registry.Publish("w1", force: false);
        _store.Load("w2", best: 2);
        _store.Registry.Publish("w2", force: false);

        Assert.Equal("w1", _store.Registry.Rollback().Generation.Id);
        Assert.Equal("o1", _store.Best("m0"));
        Assert.Equal("w2", _store.Registry.Rollback().Generation.Id);
        Assert.Equal("o2", _store.Best("m0"));
    }

    [Fact]
    public void Rollback_NothingBefore_IsRefused()
    {
        _store.Load("w1");
        _store.Registry.Publish("w1", force: false);

        Assert.Equal(GenerationError.WrongState, Assert.Throws<GenerationException>(() => _store.Registry.Rollback()).Error);
    }

    [Fact]
    public void Publish_UnsealedUnknownOrDataless_IsRefused()
    {
        _store.Registry.Begin("open", 1, resume: false, "");

        Assert.Contains("not sealed yet", Assert.Throws<GenerationException>(() => _store.Registry.Publish("open", force: true)).Message, StringComparison.Ordinal);
        Assert.Equal(GenerationError.NotFound, Assert.Throws<GenerationException>(() => _store.Registry.Publish("none", force: false)).Error);
    }

    [Fact]
    public void Seal_FailedGate_PublishesByForceOnly()
    {
        GenerationInfo info = _store.Load("w1", members: 100, request: new SealRequest { OfferSets = 150 });

        Assert.Equal(GenerationState.Failed, info.State);
        Assert.Contains("offer-set-count", info.Failure, StringComparison.Ordinal);
        GenerationException refused = Assert.Throws<GenerationException>(() => _store.Registry.Publish("w1", force: false));
        Assert.Contains("offer-set-count", refused.Message, StringComparison.Ordinal);
        Assert.Equal(GenerationState.Current, _store.Registry.Publish("w1", force: true).Generation.State);
        Assert.Equal("o0", _store.Best("m0"));
    }

    [Fact]
    public void Seal_OtherMembersThanBefore_FailsCoverage()
    {
        _store.Load("w1", members: 100);
        _store.Registry.Publish("w1", force: false);
        BegunLoad begun = _store.Registry.Begin("w2", 0, resume: false, "");
        LoadSession load = _store.Registry.Load("w2", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        load.Store(begun.Token, "s", 1, RegistryFixture.Packed(60, 160, 0));

        GenerationInfo info = _store.Registry.Seal("w2", begun.Token, new SealRequest());

        Assert.Equal(["coverage"], info.Gates.Where(gate => !gate.Passed).Select(gate => gate.Name));
        Assert.Equal(0.4, info.Gates.Single(gate => gate.Name == "coverage").Measured, 2);
    }

    [Fact]
    public void Seal_DriftAndRange_AreMeasured()
    {
        _store.Load("w1");
        _store.Registry.Publish("w1", force: false);
        BegunLoad begun = _store.Registry.Begin("w2", 0, resume: false, "");
        LoadSession load = _store.Registry.Load("w2", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        var bytes = new List<byte>();
        for (int m = 0; m < 100; m++)
        {
            RegistryFixture.Append(bytes, $"m{m}", [(0, 5f)]);
        }

        load.Store(begun.Token, "s", 1, bytes.ToArray());
        GenerationInfo info = _store.Registry.Seal("w2", begun.Token, new SealRequest { MaxScore = 1 });

        Assert.Equal(["score-range", "score-drift"], info.Gates.Where(gate => !gate.Passed).Select(gate => gate.Name));
    }

    [Fact]
    public void Seal_Twice_IsRefused()
    {
        BegunLoad begun = _store.Registry.Begin("w1", 0, resume: false, "");
        LoadSession load = _store.Registry.Load("w1", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        load.Store(begun.Token, "s", 1, RegistryFixture.Packed(0, 10, 0));
        _store.Registry.Seal("w1", begun.Token, new SealRequest());

        GenerationException refused = Assert.Throws<GenerationException>(() => _store.Registry.Seal("w1", begun.Token, new SealRequest()));

        Assert.Equal(GenerationError.WrongState, refused.Error);
        Assert.Contains("SEALED", refused.Message, StringComparison.Ordinal);
        Assert.Throws<GenerationException>(() => load.Store(begun.Token, "s", 2, RegistryFixture.Packed(10, 20, 0)));
    }

    [Fact]
    public void Drop_CurrentIsRefused_PreviousAndSealedGo()
    {
        foreach (string id in (string[])["w1", "w2", "w3"])
        {
            _store.Load(id);
        }

        _store.Registry.Publish("w1", force: false);
        _store.Registry.Publish("w2", force: false);

        Assert.Throws<GenerationException>(() => _store.Registry.Drop("w2"));
        _store.Registry.Drop("w1");
        _store.Registry.Drop("w3");

        Assert.Equal(["w2"], _store.Registry.List().Select(info => info.Id));
        Assert.Throws<GenerationException>(() => _store.Registry.Rollback());
        _store.Restart();
        Assert.Equal("o0", _store.Best("m0"));
    }

    [Fact]
    public void Ids_AnyCharacters_NameFoldersSafely()
    {
        foreach (string id in (string[])["../../etc", "a/b", "ü ö", ".", "%2E", "con:1"])
        {
            _store.Load(id);
            _store.Registry.Publish(id, force: false);
            _store.Restart();
            Assert.Equal(id, _store.Serving.Current!.Generation.Id);
            Assert.Equal(_store.Directory, Path.GetDirectoryName(_store.Folder(id)));
        }
    }

    // Decisions take a lease; whatever is published, rolled back or dropped meanwhile, they read one generation, whole.
    [Fact]
    public async Task Publish_WhileReading_NeverMixesNorFails()
    {
        _store.Load("w0", best: 0);
        _store.Registry.Publish("w0", force: false);
        using var done = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                string generation = "";
                ServingState state = _store.Serving.Acquire()!;
                var buffer = new OfferSetBuffer();
                for (int m = 0; m < 50; m++)
                {
                    Assert.True(state.Generation.TryReadOfferSet(MemberKey.From($"m{m}"), buffer));
                    generation = $"w{buffer.OfferIndexes[0]}";
                    Assert.Equal(state.Generation.Id, generation);
                }

                state.Generation.Release();
            }
        }))];

        for (int round = 1; round <= 12; round++)
        {
            int week = round % 8;
            if (_store.Registry.List().All(info => info.Id != $"w{week}"))
            {
                _store.Load($"w{week}", best: week);
            }

            _store.Registry.Publish($"w{week}", force: false);
            if (round % 3 == 0)
            {
                _store.Registry.Rollback();
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => _store.Dispose();
}
