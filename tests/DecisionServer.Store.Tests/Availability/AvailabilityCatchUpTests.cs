using static DecisionServer.Store.Tests.Availability.AvailabilityFixture;

namespace DecisionServer.Store.Tests.Availability;

/// <summary>Following what other nodes have changed.</summary>
public class AvailabilityCatchUpTests
{
    [Fact]
    public async Task CatchUp_EveryEpochAtHand_WatchersSeeEachChange()
    {
        using var ours = NewStore();
        using var theirs = NewStore();
        theirs.Put(Offer("o") with { Stock = 1 }, Item("i", store: "s"));
        var watcher = ours.Watch(0);

        ours.CatchUp([.. Rows(theirs, "o", "i").Reverse()], theirs.Epoch);

        Assert.Equal(theirs.Epoch, ours.Epoch);
        Assert.Equal(Rows(theirs, "o", "i"), Rows(ours, "o", "i"));
        var seen = await watcher.Next(default);
        Assert.Equal([1UL, 2UL], seen.Rows.Select(row => row.Epoch));
        Assert.False(seen.Snapshot);
    }

    [Fact]
    public async Task CatchUp_RowChangedTwiceMeanwhile_WatchersReadTheStateAnew()
    {
        using var ours = NewStore();
        using var theirs = NewStore();
        theirs.Put(Offer("o") with { Stock = 1 }, Offer("o") with { Stock = 2 });
        var watcher = ours.Watch(0);

        ours.CatchUp(Rows(theirs, "o"), theirs.Epoch);

        var seen = await watcher.Next(default);
        Assert.True(seen.Snapshot);
        Assert.Equal(2, Assert.Single(seen.Rows).Stock);
        Assert.Equal(2UL, ours.Epoch);
    }

    [Fact]
    public void CatchUp_RowsKnownAlready_AreSkipped()
    {
        using var ours = NewStore();
        using var theirs = NewStore();
        theirs.Put(Offer("o") with { Stock = 1 });
        var old = Rows(theirs, "o");
        ours.CatchUp(old, theirs.Epoch);
        ours.Put(Offer("o") with { Stock = 5 });

        ours.CatchUp(old, theirs.Epoch);

        Assert.Equal(5, Assert.Single(ours.GetRows(AvailabilitySubject.Offer, "o", out _)).Stock);
        Assert.Equal(2UL, ours.Epoch);
    }

    [Fact]
    public async Task CatchUp_SomebodyWaitsForTheEpoch_Wakes()
    {
        using var ours = NewStore();
        var waits = ours.WaitForEpoch(3, default).AsTask();

        ours.CatchUp([], 3);

        await waits.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void CatchUp_ThenFollow_GoesOnBehindIt()
    {
        using var ours = NewStore();
        using var theirs = NewStore();
        theirs.Put(Offer("o") with { Stock = 1 }, Offer("o") with { Stock = 2 });
        ours.CatchUp(Rows(theirs, "o"), theirs.Epoch);
        theirs.Put(Offer("p"));

        ours.Follow(Rows(theirs, "p"));

        Assert.Equal(3UL, ours.Epoch);
    }

    private static AvailabilityRow[] Rows(AvailabilityStore store, params string[] ids) =>
    [
        .. ids.SelectMany(id => store.GetRows(AvailabilitySubject.Offer, id, out _).Concat(store.GetRows(AvailabilitySubject.Item, id, out _))),
    ];
}
