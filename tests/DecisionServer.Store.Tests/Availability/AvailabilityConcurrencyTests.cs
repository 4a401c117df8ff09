using static DecisionServer.Store.Tests.Availability.AvailabilityFixture;

namespace DecisionServer.Store.Tests.Availability;

/// <summary>One thread switches, others judge: what was forbidden before a decision began is never shown.</summary>
public class AvailabilityConcurrencyTests
{
    private const int ChecksWanted = 20_000;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Ways => ["offer", "offer in store", "item", "item in chain", "both items"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Judge_StartedAfterApplyReturned_NeverSeesTheForbidden(string way)
    {
        using var store = NewStore(maxRows: 200_000, recentChanges: 256);
        var catalogue = CatalogueOf(("o", ["i", "j"]), ("p", []));
        var test = new Hammer(store, store.Attach(catalogue));
        AvailabilityUpdate[] targets = way switch
        {
            "offer" => [Offer("o")],
            "offer in store" => [Offer("o", store: "s")],
            "item" => [Item("i"), Item("j")],
            "item in chain" => [Item("i", chain: "c"), Item("j", chain: "c")],
            _ => [Item("i"), Item("j", store: "s")],
        };

        var judges = Enumerable.Range(0, 2).Select(_ => Task.Run(test.Judge)).ToArray();
        var switcher = Task.Run(() => test.Switch(targets));
        var crowd = Task.Run(test.Crowd);
        var attacher = Task.Run(() => test.Reattach(catalogue));
        await Task.WhenAll([.. judges, switcher, crowd, attacher]).WaitAsync(Bound);

        Assert.Equal(0, test.Shown);
        Assert.True(test.Checks >= ChecksWanted);
    }

    [Fact]
    public async Task Judge_OneItemAlwaysInStock_NeverOut()
    {
        using var store = NewStore();
        var view = store.Attach(CatalogueOf(("o", ["i", "j"])));
        var (done, wrong) = (false, 0);

        // j stays in stock, whatever i does: what is counted of the two must never add up to two.
        var judge = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                if (view.Judge("o") != AvailabilityVerdict.Available) wrong++;
            }
        });
        for (var i = 0; i < ChecksWanted; i++) store.Put(Item("i") with { Available = i % 3 != 0, Stock = i % 2 }, Item("j") with { Stock = 1 });
        Volatile.Write(ref done, true);
        await judge.WaitAsync(Bound);

        Assert.Equal(0, wrong);
    }

    private sealed class Hammer(AvailabilityStore store, AvailabilityView view)
    {
        private AvailabilityView _view = view;
        private int _phase; // Odd: forbidden, and Apply has returned.
        private int _checks;
        private int _shown;

        public int Checks => Volatile.Read(ref _checks);

        public int Shown => Volatile.Read(ref _shown);

        private bool Done => Checks >= ChecksWanted;

        public void Judge()
        {
            while (!Done)
            {
                var before = Volatile.Read(ref _phase);
                if (before % 2 == 0) continue;
                var epoch = Volatile.Read(ref _view).Epoch;
                var verdict = Volatile.Read(ref _view).Judge("o", "c", "s");
                if (Volatile.Read(ref _phase) != before) continue;
                if (verdict == AvailabilityVerdict.Available || epoch == 0) Interlocked.Increment(ref _shown);
                Interlocked.Increment(ref _checks);
            }
        }

        public void Switch(AvailabilityUpdate[] targets)
        {
            while (!Done)
            {
                store.Apply([.. targets.Select(target => target with { Stock = 0 })], null);
                Interlocked.Increment(ref _phase);
                var seen = Checks;
                SpinWait.SpinUntil(() => Checks > seen + 10 || Done, Bound);
                Interlocked.Increment(ref _phase);
                store.Apply([.. targets.Select(target => target with { Stock = 1 })], null);
            }
        }

        // Other subjects and scopes come in meanwhile, so that every table grows under the readers.
        public void Crowd()
        {
            for (var i = 0; i < 60_000 && !Done; i++) store.Put(Item($"x{i}", store: $"s{i % 100}"), Offer($"x{i}"));
        }

        public void Reattach(CatalogueSnapshot catalogue)
        {
            for (var added = 0; !Done; added++)
            {
                catalogue = catalogue.With([new OfferConfig { OfferId = $"n{added % 500}", ItemIds = ["i"] }], out _, out _);
                var next = store.Attach(catalogue);
                var former = Interlocked.Exchange(ref _view, next);
                store.Detach(former);
            }
        }
    }
}
