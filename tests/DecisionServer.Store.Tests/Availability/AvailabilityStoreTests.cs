using static DecisionServer.Store.Tests.Availability.AvailabilityFixture;

namespace DecisionServer.Store.Tests.Availability;

public class AvailabilityStoreTests
{
    [Fact]
    public void Apply_FieldsAbsent_KeepTheirValue()
    {
        using var store = NewStore();

        store.Put(Offer("o") with { Available = false, Stock = 7, PriceMinor = 199, ValidFrom = Noon, ValidUntil = Noon.AddDays(1) });
        store.Put(Offer("o") with { Available = true });
        store.Put(Offer("o") with { Stock = 0 });

        var row = Assert.Single(store.GetRows(AvailabilitySubject.Offer, "o", out var epoch));
        Assert.Equal(
            new AvailabilityRow
            {
                Subject = AvailabilitySubject.Offer,
                SubjectId = "o",
                Available = true,
                Stock = 0,
                PriceMinor = 199,
                ValidFrom = Noon,
                ValidUntil = Noon.AddDays(1),
                Version = 3,
                Epoch = 3,
            },
            row);
        Assert.Equal(3UL, epoch);
    }

    [Theory]
    [InlineData(6, 1, 0, 6)]
    [InlineData(5, 0, 1, 5)]
    [InlineData(4, 0, 1, 5)]
    [InlineData(1, 0, 1, 5)]
    [InlineData(0, 1, 0, 6)]
    public void Apply_VersionAgainstStoredFive_AppliedOrStale(ulong version, int applied, int stale, ulong storedAfter)
    {
        using var store = NewStore();
        store.Put(Item("i") with { Version = 5, Stock = 1 });

        var result = store.Put(Item("i") with { Version = version, Stock = 0 });

        Assert.Equal((applied, stale, 1UL + (ulong)applied), (result.Applied, result.Stale, result.Epoch));
        var row = Assert.Single(store.GetRows(AvailabilitySubject.Item, "i", out _));
        Assert.Equal((storedAfter, applied == 1 ? 0L : 1L), (row.Version, row.Stock!.Value));
    }

    [Fact]
    public void Apply_LargestVersionStored_ServerAssignedIsStale()
    {
        using var store = NewStore();
        store.Put(Item("i") with { Version = ulong.MaxValue });

        Assert.Equal(1, store.Put(Item("i") with { Stock = 1 }).Stale);
    }

    [Fact]
    public void Apply_Scopes_HaveVersionsOfTheirOwn()
    {
        using var store = NewStore();
        store.Put(Offer("o") with { Version = 9 });

        var result = store.Put(Offer("o", store: "s") with { Version = 1 }, Offer("o", chain: "s") with { Version = 1 }, Item("o") with { Version = 1 });

        Assert.Equal((3, 0), (result.Applied, result.Stale));
    }

    [Fact]
    public void Apply_SubjectsTheCatalogueLacks_StoredAndCountedUnknown()
    {
        using var store = NewStore();
        var catalogue = CatalogueOf(("known", ["item"]));

        var result = store.Apply([Offer("known"), Offer("new"), Item("item"), Item("other"), Offer("new") with { Version = 1 }], catalogue);

        Assert.Equal((4, 1, 2), (result.Applied, result.Stale, result.Unknown));
        Assert.Single(store.GetRows(AvailabilitySubject.Offer, "new", out _));
    }

    [Fact]
    public void Apply_MalformedId_ThrowsAndChangesNothing()
    {
        using var store = NewStore();

        Assert.Throws<ArgumentException>(() => store.Put(Offer("o"), Offer(new string('x', 65))));
        Assert.Throws<ArgumentException>(() => store.Put(Offer("o"), Offer("\uD800")));
        Assert.Throws<ArgumentException>(() => store.Put(Offer("o"), Offer("p") with { ScopeId = "s" }));
        Assert.Throws<ArgumentException>(() => store.Put(Offer("o"), Offer("p") with { Scope = AvailabilityScopeKind.Store }));

        Assert.Equal((0UL, 0), (store.Epoch, store.RowCount));
    }

    [Fact]
    public void GetRows_SeveralScopes_EverywhereThenChainsThenStoresById()
    {
        using var store = NewStore();
        store.Put(Item("i", store: "s2"), Item("i", chain: "c1"), Item("i", store: "s10"), Item("i"), Item("j"), Item("i", store: "ä"), Item("i", chain: "c0"));

        var rows = store.GetRows(AvailabilitySubject.Item, "i", out _);

        Assert.Equal(["", "c0", "c1", "s10", "s2", "ä"], rows.Select(row => row.ScopeId));
    }

    [Fact]
    public void GetRows_OnlyScoped_NoRowForEverywhere()
    {
        using var store = NewStore();
        store.Put(Item("i", store: "s"));

        Assert.Equal("s", Assert.Single(store.GetRows(AvailabilitySubject.Item, "i", out _)).ScopeId);
        Assert.Empty(store.GetRows(AvailabilitySubject.Offer, "i", out _));
    }

    [Fact]
    public void Apply_MoreRowsThanAllowed_RefusedWholeAndExistingRowsGoThrough()
    {
        using var store = NewStore(maxRows: 16);
        store.Put([.. Enumerable.Range(0, 15).Select(i => Offer($"o{i}") with { Stock = 1 })]);

        var twoNew = store.Put(Offer("o0") with { Stock = 2 }, Offer("x"), Offer("y"));
        var headNeeded = store.Put(Offer("x", store: "s"));
        var fits = store.Put(Offer("x"), Offer("x"), Offer("o1"));
        var full = store.Put(Offer("y"));
        var existing = store.Put(Offer("o0") with { Stock = 3 });

        Assert.Equal(new AvailabilityResult(AvailabilityOutcome.TooManyRows, 15, 0, 0, 0), twoNew);
        Assert.Equal(AvailabilityOutcome.TooManyRows, headNeeded.Outcome);
        Assert.Equal((AvailabilityOutcome.Applied, 3), (fits.Outcome, fits.Applied));
        Assert.Equal(AvailabilityOutcome.TooManyRows, full.Outcome);
        Assert.Equal((AvailabilityOutcome.Applied, 16), (existing.Outcome, store.RowCount));
        Assert.Equal((2UL, 3L), (store.GetRows(AvailabilitySubject.Offer, "o0", out _)[0].Version, store.GetRows(AvailabilitySubject.Offer, "o0", out _)[0].Stock!.Value));
    }

    [Fact]
    public void Apply_EveryHashTheSame_NoRowIsMixedUp()
    {
        using var store = new AvailabilityStore(new AvailabilityOptions { MaxRows = 1_000 }, _ => ulong.MaxValue - 3);
        string[] ids = [.. Enumerable.Range(0, 30).Select(i => $"i{i}")];
        foreach (var id in ids) store.Put(Item(id, store: "s" + id) with { Stock = id.Length }, Item(id) with { PriceMinor = id[^1] }, Offer(id, chain: id));

        foreach (var id in ids)
        {
            var rows = store.GetRows(AvailabilitySubject.Item, id, out _);
            Assert.Equal([("", null, id[^1]), ("s" + id, id.Length, null)], rows.Select(row => (row.ScopeId, row.Stock, row.PriceMinor)));
            Assert.Equal(id, Assert.Single(store.GetRows(AvailabilitySubject.Offer, id, out _)).ScopeId);
        }
    }

    [Fact]
    public void Apply_FullStoreUpdatedAgainAndAgain_EveryRowStaysAndTheLogDoesNotGrow()
    {
        const int Rows = 20_000;
        using var store = NewStore(maxRows: Rows);
        AvailabilityUpdate[] updates = [.. Enumerable.Range(0, Rows).Select(i => Item($"{i}"))];
        store.Apply(updates, null);
        var bytes = store.LogBytes;

        for (var round = 0; round < 5; round++) Assert.Equal(Rows, store.Apply(updates, null).Applied);

        Assert.Equal(bytes, store.LogBytes);
        Assert.All(updates, update => Assert.Equal(6UL, Assert.Single(store.GetRows(AvailabilitySubject.Item, update.SubjectId, out _)).Version));
    }

    [Theory]
    [InlineData(15, 10)]
    [InlineData(100_000_001, 10)]
    [InlineData(16, 0)]
    [InlineData(16, 16_777_217)]
    public void Constructor_LimitOutOfRange_Throws(int maxRows, int recentChanges) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NewStore(maxRows, recentChanges));
}
