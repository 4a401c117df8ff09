using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

/// <summary>What happens when generations do not fit into memory beside each other.</summary>
public sealed class MemoryBudgetTests : IDisposable
{
    private const int Members = 1000;
    private readonly RegistryFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Begin_NoRoomForThree_LetsGoOfTheOneToRollBackTo()
    {
        Publish("first", best: 1);
        Publish("second", best: 2);
        _store.Restart(Room(generations: 2.5));
        Assert.NotEqual(0, _store.Registry.Get("first").MemoryBytes);

        Publish("third", best: 3);

        Assert.Equal("o3", _store.Best("m0"));
        Assert.True(_store.Registry.Get("second") is { IsRollbackTarget: true, MemoryBytes: > 0 });
    }

    [Fact]
    public void Rollback_WasLetGo_ReadsItFromItsFiles()
    {
        Publish("first", best: 1);
        Publish("second", best: 2);
        _store.Restart(Room(generations: 2.5));
        _store.Registry.Begin("third", Members, resume: false, "test");
        Assert.True(_store.Registry.Get("first") is { IsRollbackTarget: true, MemoryBytes: 0, State: GenerationState.Retired });
        _store.Registry.Drop("third");

        _store.Registry.Rollback();

        Assert.Equal("o1", _store.Best("m0"));
        Assert.NotEqual(0, _store.Registry.Get("second").MemoryBytes);
    }

    [Fact]
    public void Rollback_NoRoomBesideALoad_IsRefusedAndTheCurrentOneServes()
    {
        Publish("first", best: 1);
        Publish("second", best: 2);
        _store.Restart(Room(generations: 2.5));
        _store.Registry.Begin("third", Members, resume: false, "test");

        var refused = Assert.Throws<GenerationException>(() => _store.Registry.Rollback());

        Assert.Equal(GenerationError.StorageFull, refused.Error);
        Assert.Equal("o2", _store.Best("m0"));
    }

    [Fact]
    public void Begin_NoRoomForTwo_IsRefusedWithTheFigures()
    {
        Publish("first", best: 1);
        _store.Restart(Room(generations: 1.5));

        var refused = Assert.Throws<GenerationException>(() => _store.Registry.Begin("second", Members, resume: false, "test"));

        Assert.Equal(GenerationError.StorageFull, refused.Error);
        Assert.Contains("Limits:MemoryMebibytes", refused.Message, StringComparison.Ordinal);
        Assert.Throws<GenerationException>(() => _store.Registry.Get("second"));
        Assert.False(Directory.Exists(_store.Folder("second")));
        Assert.Equal("o1", _store.Best("m0"));
    }

    [Fact]
    public void Recover_NoRoomForTwo_ServesTheCurrentOneAndKeepsTheOther()
    {
        Publish("first", best: 1);
        Publish("second", best: 2);
        _store.Restart(Room(generations: 1.5));

        Assert.Equal("o2", _store.Best("m0"));
        Assert.True(_store.Registry.Get("first") is { IsRollbackTarget: true, MemoryBytes: 0, State: GenerationState.Retired });

        _store.Restart();
        Assert.NotEqual(0, _store.Registry.Get("first").MemoryBytes);
    }

    private void Publish(string id, int best)
    {
        _store.Load(id, Members, best);
        _store.Registry.Publish(id, force: false);
    }

    private long Room(double generations) => (long)(_store.Registry.List().Max(info => info.MemoryBytes) * generations);
}
