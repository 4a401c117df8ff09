using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

/// <summary>Live availability the slow, obvious way: every update is kept, and a row is folded from those about it.</summary>
internal sealed class ReferenceAvailability(IReadOnlyList<AvailabilityUpdate> updates)
{
    /// <summary>The rows of a subject that apply in a context: everywhere, chain, store.</summary>
    private IEnumerable<AvailabilityUpdate> Rows(AvailabilitySubject subject, string id, string chainId, string storeId) =>
        from scope in new[] { (AvailabilityScopeKind.Everywhere, ""), (AvailabilityScopeKind.Chain, chainId), (AvailabilityScopeKind.Store, storeId) }
        where scope.Item1 == AvailabilityScopeKind.Everywhere || scope.Item2 != ""
        let about = updates.Where(update => update.Subject == subject && update.SubjectId == id && update.Scope == scope.Item1 && update.ScopeId == scope.Item2).ToList()
        where about.Count > 0
        select about.Aggregate((row, update) => row with
        {
            Available = update.Available ?? row.Available,
            Stock = update.Stock ?? row.Stock,
            PriceMinor = update.PriceMinor ?? row.PriceMinor,
            ValidFrom = update.ValidFrom ?? row.ValidFrom,
            ValidUntil = update.ValidUntil ?? row.ValidUntil,
        });

    private AvailabilityVerdict JudgeRows(AvailabilitySubject subject, string id, string chainId, string storeId, DateTimeOffset now) =>
        Rows(subject, id, chainId, storeId)
            .Select(row =>
                row.Available == false ? AvailabilityVerdict.Unavailable
                : row.Stock == 0 ? AvailabilityVerdict.OutOfStock
                : now >= row.ValidUntil ? AvailabilityVerdict.Expired
                : now < row.ValidFrom ? AvailabilityVerdict.NotYetValid
                : AvailabilityVerdict.Available)
            .FirstOrDefault(verdict => verdict != AvailabilityVerdict.Available);

    public AvailabilityVerdict JudgeItem(string itemId, string chainId, string storeId, DateTimeOffset now) =>
        JudgeRows(AvailabilitySubject.Item, itemId, chainId, storeId, now);

    public AvailabilityVerdict JudgeOffer(OfferConfig offer, string chainId, string storeId, DateTimeOffset now)
    {
        var own = JudgeRows(AvailabilitySubject.Offer, offer.OfferId, chainId, storeId, now);
        if (own != AvailabilityVerdict.Available || offer.ItemIds.Count == 0) return own;
        var items = offer.ItemIds.Select(item => JudgeItem(item, chainId, storeId, now)).Distinct().ToList();
        if (items.Contains(AvailabilityVerdict.Available)) return AvailabilityVerdict.Available;
        return items.Count == 1 ? items[0] : AvailabilityVerdict.Unavailable;
    }

    public long? Price(OfferConfig offer, string chainId, string storeId) =>
        Rows(AvailabilitySubject.Offer, offer.OfferId, chainId, storeId).LastOrDefault(row => row.PriceMinor is not null)?.PriceMinor ?? offer.PriceMinor;

    public long ValidUntilTicks(OfferConfig offer, string chainId, string storeId) =>
        Rows(AvailabilitySubject.Offer, offer.OfferId, chainId, storeId)
            .Select(row => row.ValidUntil)
            .Append(offer.ValidUntil)
            .Min(until => until?.UtcTicks ?? long.MaxValue);
}
