using static DecisionServer.Store.Tests.Availability.AvailabilityFixture;

namespace DecisionServer.Store.Tests.Availability;

public class AvailabilityWatcherTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Next_ChangesAtHand_EachInOrder()
    {
        using var store = NewStore();
        store.Put(Offer("o") with { Stock = 1 }, Offer("o") with { Stock = 2 }, Item("i", store: "s"));

        var all = await store.Watch(0).Next(default);
        var rest = await store.Watch(2).Next(default);

        Assert.Equal([1UL, 2UL, 3UL], all.Rows.Select(row => row.Epoch));
        Assert.Equal([1L, 2L, null], all.Rows.Select(row => row.Stock));
        Assert.Equal((3UL, false, false), (all.Epoch, all.Snapshot, all.More));
        Assert.Equal("s", Assert.Single(rest.Rows).ScopeId);
    }

    [Fact]
    public async Task Next_NothingNew_WaitsForTheNextChange()
    {
        using var store = NewStore();
        store.Put(Offer("o"));
        var watcher = store.Watch(1);

        var next = watcher.Next(default).AsTask();
        Assert.False(next.IsCompleted);
        store.Put(Offer("p"));

        Assert.Equal("p", Assert.Single((await next.WaitAsync(Bound)).Rows).SubjectId);
        Assert.Equal(0, store.WaiterCount);
    }

    [Fact]
    public async Task Next_Cancelled_ThrowsAndLeavesNothingBehind()
    {
        using var store = NewStore();
        using var cancel = new CancellationTokenSource();
        var next = store.Watch(0).Next(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Bound));
        Assert.Equal(0, store.WaiterCount);
    }

    [Fact]
    public async Task Next_ChangesNoLongerAtHand_WholeStateInPartsThenLive()
    {
        using var store = NewStore(recentChanges: 100);
        store.Apply([.. Enumerable.Range(0, 2_500).Select(i => Item($"i{i}"))], null);
        store.Put(Item("i7") with { Stock = 7 });
        var watcher = store.Watch(1_000);

        var parts = new List<AvailabilityChanges>();
        do parts.Add(await watcher.Next(default)); while (parts[^1].More);
        store.Put(Item("i8"));
        var live = await watcher.Next(default);

        Assert.All(parts, part => Assert.True(part.Snapshot && part.Rows.Count <= AvailabilityWatcher.MaxRows));
        AvailabilityRow[] rows = [.. parts.SelectMany(part => part.Rows)];
        Assert.Equal(2_500, rows.DistinctBy(row => row.SubjectId).Count());
        Assert.Equal(2_500, rows.Length);
        Assert.Equal(7, rows.Single(row => row.SubjectId == "i7").Stock);
        Assert.Equal((2_501UL, false, 2_502UL), (parts[^1].Epoch, live.Snapshot, live.Epoch));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Next_EpochOfAFormerLife_Snapshot(int updates)
    {
        using var store = NewStore();
        for (var i = 0; i < updates; i++) store.Put(Offer("o"));
        var watcher = store.Watch(1_000_000);

        var rows = new List<AvailabilityRow>();
        AvailabilityChanges part;
        do
        {
            part = await watcher.Next(default);
            Assert.True(part.Snapshot);
            rows.AddRange(part.Rows);
        }
        while (part.More);

        Assert.Equal((updates > 0 ? 1 : 0, (ulong)updates), (rows.Count, part.Epoch));
    }

    [Theory]
    [InlineData(100_000, false)]
    [InlineData(64, true)]
    public async Task Next_WhileAWriterIsBusy_NoGapNoDuplicate(int recentChanges, bool expectSnapshots)
    {
        const int Updates = 30_000;
        using var store = NewStore(recentChanges: recentChanges);
        var watcher = store.Watch(0);
        var held = new Dictionary<string, AvailabilityRow>();
        var (snapshots, inSnapshot) = (0, false);
        var random = new Random(7);
        ulong epoch = 0;

        var writer = Task.Run(() =>
        {
            for (var i = 0; i < Updates; i++) store.Put(Item($"i{i * 7919 % 3000}", store: i % 2 == 0 ? "s" : ""));
        });
        using var bound = new CancellationTokenSource(Bound);
        while (epoch < Updates || inSnapshot)
        {
            // Read at times only once the writer is a good deal ahead, so that it overtakes the watcher in all phases.
            if (random.Next(3) == 0) await store.WaitForEpoch(Math.Min(Updates, store.Epoch + 200), bound.Token);
            var changes = await watcher.Next(bound.Token);
            if (changes.Snapshot)
            {
                if (!inSnapshot)
                {
                    held.Clear();
                    snapshots++;
                }

                foreach (var row in changes.Rows)
                {
                    Assert.False(held.TryGetValue(Key(row), out var older) && older.Epoch > row.Epoch);
                    held[Key(row)] = row;
                }

                inSnapshot = changes.More;
            }
            else
            {
                foreach (var row in changes.Rows)
                {
                    Assert.Equal(++epoch, row.Epoch);
                    held[Key(row)] = row;
                }

                Assert.Equal(epoch, changes.Epoch);
            }

            if (!inSnapshot) epoch = changes.Epoch;
        }

        await writer;
        Assert.Equal(expectSnapshots, snapshots > 0);
        Assert.Equal(3_000, held.Values.Select(row => row.SubjectId).Distinct().Count());
        Assert.All(held.Values, row => Assert.Contains(row, store.GetRows(row.Subject, row.SubjectId, out _)));
        Assert.Equal(held.Count, held.Values.Select(row => row.SubjectId).Distinct().Sum(id => store.GetRows(AvailabilitySubject.Item, id, out _).Count));

        static string Key(AvailabilityRow row) => row.SubjectId + "@" + row.ScopeId;
    }

    [Fact]
    public async Task WaitForEpoch_Reached_CompletesAtOnceOrWhenItComes()
    {
        using var store = NewStore();
        Assert.True(store.WaitForEpoch(0, default).AsTask().IsCompletedSuccessfully);
        Task[] waiting = [.. Enumerable.Range(1, 5).Select(epoch => store.WaitForEpoch((ulong)epoch, default).AsTask())];

        store.Put(Offer("a"), Offer("b"), Offer("c"));

        await Task.WhenAll(waiting[..3]).WaitAsync(Bound);
        Assert.False(waiting[3].IsCompleted || waiting[4].IsCompleted);
        Assert.Equal(2, store.WaiterCount);
        store.Put(Offer("d"), Offer("e"));
        await Task.WhenAll(waiting).WaitAsync(Bound);
    }

    [Fact]
    public async Task Restore_RowsOfAnotherStore_GoesOnWhereItWas()
    {
        using var former = NewStore();
        former.Put(Offer("o", store: "s") with { Version = 9, Stock = 0 }, Item("i") with { ValidUntil = Noon, PriceMinor = 3 }, Item("i", chain: "c") with { Available = false });
        AvailabilityRow[] rows = [.. (await former.Watch(0).Next(default)).Rows];
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", []), ("p", ["i"])));

        store.Restore(rows.Reverse(), former.Epoch);

        Assert.Equal((3UL, 3UL), (store.Epoch, view.Epoch));
        Assert.Equal((AvailabilityVerdict.OutOfStock, AvailabilityVerdict.Expired), (view.Judge("o", "", "s"), view.Judge("p")));
        Assert.Equal(former.GetRows(AvailabilitySubject.Item, "i", out _), store.GetRows(AvailabilitySubject.Item, "i", out _));
        Assert.Equal(1, store.Put(Offer("o", store: "s") with { Version = 9 }).Stale);
        Assert.True((await store.Watch(2).Next(default)).Snapshot);
        store.Put(Offer("n"));
        Assert.Equal(4UL, Assert.Single((await store.Watch(3).Next(default)).Rows).Epoch);
        Assert.Throws<InvalidOperationException>(() => store.Restore(rows, 3));
    }
}
