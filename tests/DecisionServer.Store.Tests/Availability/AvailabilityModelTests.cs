using FsCheck;
using FsCheck.Fluent;
using static DecisionServer.Store.Tests.Availability.AvailabilityFixture;

namespace DecisionServer.Store.Tests.Availability;

/// <summary>Random updates, in random batches, against a plain dictionary and the rules of the contract written down as plainly.</summary>
public class AvailabilityModelTests
{
    private static readonly (string Id, string[] Items)[] Offers =
        [("o0", []), ("o1", ["i0"]), ("o2", ["i0", "i1"]), ("o3", ["i1", "i2", "i3"])];

    private static readonly DateTimeOffset[] Instants = [Noon.AddHours(-1), Noon, Noon.AddHours(1)];
    private static readonly string[] Places = ["", "a", "b"];

    [Fact]
    public void Apply_RandomUpdates_AgreesWithTheModel() =>
        Prop.ForAll(Arb.From(Gen.ListOf(Step()).Select(list => list.ToArray()), Shrink), steps => AgreesWithTheModel(steps))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60));

    private static bool AgreesWithTheModel((AvailabilityUpdate Update, bool EndsBatch)[] steps)
    {
        using var store = NewStore(maxRows: 256, recentChanges: 8);
        var rows = new Dictionary<(AvailabilitySubject, string, AvailabilityScopeKind, string), AvailabilityRow>();
        var early = store.Attach(CatalogueOf(Offers));
        var batch = new List<AvailabilityUpdate>();
        ulong epoch = 0;
        foreach (var (update, endsBatch) in steps)
        {
            batch.Add(update);
            if (!endsBatch) continue;
            var result = store.Apply(batch, null);
            var applied = batch.Count(one => Model(rows, one, ref epoch));
            if (result != new AvailabilityResult(AvailabilityOutcome.Applied, epoch, applied, batch.Count - applied, applied)) return false;
            batch.Clear();
            if (!Agrees(early, rows) || early.Epoch != epoch) return false;
        }

        var late = store.Attach(CatalogueOf(Offers.Reverse().ToArray()));
        return Agrees(late, rows) && Subjects().All(subject =>
            store.GetRows(subject.Kind, subject.Id, out _).SequenceEqual(
                rows.Values.Where(row => row.Subject == subject.Kind && row.SubjectId == subject.Id)
                    .OrderBy(row => row.Scope).ThenBy(row => row.ScopeId, StringComparer.Ordinal)));
    }

    private static bool Model(
        Dictionary<(AvailabilitySubject, string, AvailabilityScopeKind, string), AvailabilityRow> rows, AvailabilityUpdate update, ref ulong epoch)
    {
        var key = (update.Subject, update.SubjectId, update.Scope, update.ScopeId);
        rows.TryGetValue(key, out var row);
        if (update.Version != 0 && update.Version <= (row?.Version ?? 0)) return false;
        rows[key] = new AvailabilityRow
        {
            Subject = update.Subject,
            SubjectId = update.SubjectId,
            Scope = update.Scope,
            ScopeId = update.ScopeId,
            Available = update.Available ?? row?.Available,
            Stock = update.Stock ?? row?.Stock,
            PriceMinor = update.PriceMinor ?? row?.PriceMinor,
            ValidFrom = update.ValidFrom ?? row?.ValidFrom,
            ValidUntil = update.ValidUntil ?? row?.ValidUntil,
            Version = update.Version == 0 ? (row?.Version ?? 0) + 1 : update.Version,
            Epoch = ++epoch,
        };
        return true;
    }

    private static bool Agrees(AvailabilityView view, Dictionary<(AvailabilitySubject, string, AvailabilityScopeKind, string), AvailabilityRow> rows)
    {
        foreach (var (chain, shop, now) in from chain in Places from shop in Places from now in Instants select (chain, shop, now))
        {
            var scope = view.Resolve(chain, shop);
            foreach (var (id, items) in Offers)
            {
                var offer = view.Offer(id);
                AvailabilityRow[] own = [.. Applicable(AvailabilitySubject.Offer, id)];
                var price = view.TryGetPrice(offer, in scope, out var minor) ? minor : (long?)null;
                if (view.Judge(offer, in scope, now.UtcTicks) != Verdict(id, items)
                    || price != own.Select(row => row.PriceMinor).LastOrDefault(one => one is not null)
                    || view.ValidUntilTicks(offer, in scope) != own.Select(row => row.ValidUntil?.UtcTicks ?? long.MaxValue).Append(long.MaxValue).Min()) return false;
            }

            if (Enumerable.Range(0, 5).Any(i => view.JudgeItem(ItemKey.From($"i{i}"), in scope, now.UtcTicks) != Reason(AvailabilitySubject.Item, $"i{i}"))) return false;

            AvailabilityVerdict Verdict(string id, string[] items)
            {
                var own = Reason(AvailabilitySubject.Offer, id);
                if (own != AvailabilityVerdict.Available || items.Length == 0) return own;
                AvailabilityVerdict[] reasons = [.. items.Select(item => Reason(AvailabilitySubject.Item, item)).Distinct()];
                return reasons.Contains(AvailabilityVerdict.Available) ? AvailabilityVerdict.Available
                    : reasons.Length == 1 ? reasons[0] : AvailabilityVerdict.Unavailable;
            }

            AvailabilityVerdict Reason(AvailabilitySubject kind, string id) => Applicable(kind, id)
                .Select(row => row.Available == false ? AvailabilityVerdict.Unavailable
                    : row.Stock == 0 ? AvailabilityVerdict.OutOfStock
                    : now >= row.ValidUntil ? AvailabilityVerdict.Expired
                    : now < row.ValidFrom ? AvailabilityVerdict.NotYetValid
                    : AvailabilityVerdict.Available)
                .FirstOrDefault(reason => reason != AvailabilityVerdict.Available);

            IEnumerable<AvailabilityRow> Applicable(AvailabilitySubject kind, string id) => rows.Values
                .Where(row => row.Subject == kind && row.SubjectId == id && row.Scope switch
                {
                    AvailabilityScopeKind.Chain => row.ScopeId == chain,
                    AvailabilityScopeKind.Store => row.ScopeId == shop,
                    _ => true,
                })
                .OrderBy(row => row.Scope);
        }

        return true;
    }

    private static IEnumerable<(AvailabilitySubject Kind, string Id)> Subjects() =>
        Offers.Select(offer => (AvailabilitySubject.Offer, offer.Id)).Concat(Enumerable.Range(0, 5).Select(i => (AvailabilitySubject.Item, $"i{i}")));

    private static Gen<(AvailabilityUpdate, bool)> Step() =>
        from subject in Gen.Elements(Subjects())
        from place in Gen.Elements(Places)
        from inStore in Gen.Elements(true, false)
        from available in Gen.Elements<bool?>(null, null, true, false)
        from stock in Gen.Elements<long?>(null, null, 0, 0, 3)
        from price in Gen.Elements<long?>(null, 0, 10, 20)
        from validFrom in Gen.Elements<DateTimeOffset?>(null, null, null, Noon.AddHours(-1), Noon)
        from validUntil in Gen.Elements<DateTimeOffset?>(null, null, null, Noon, Noon.AddHours(1))
        from version in Gen.Elements(0UL, 0UL, 1UL, 2UL, 4UL)
        from endsBatch in Gen.Elements(true, false)
        select (
            new AvailabilityUpdate
            {
                Subject = subject.Kind,
                SubjectId = subject.Id,
                Scope = place.Length == 0 ? AvailabilityScopeKind.Everywhere : inStore ? AvailabilityScopeKind.Store : AvailabilityScopeKind.Chain,
                ScopeId = place,
                Available = available,
                Stock = stock,
                PriceMinor = price,
                ValidFrom = validFrom,
                ValidUntil = validUntil,
                Version = version,
            },
            endsBatch);

    private static IEnumerable<(AvailabilityUpdate, bool)[]> Shrink((AvailabilityUpdate, bool)[] steps) =>
        Enumerable.Range(0, steps.Length).Select(without => steps.Where((_, i) => i != without).ToArray());
}
