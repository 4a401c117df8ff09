using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecisionServer.Store;

/// <summary>
/// Live availability as decisions on one catalogue see it. Kept up to date by <see cref="AvailabilityStore.Apply"/> from <see cref="AvailabilityStore.Attach"/>
/// to <see cref="AvailabilityStore.Detach"/>; read from any thread, without locks and without allocating.
/// </summary>
/// <remarks>
/// Within a decision: read <see cref="Epoch"/>, then <see cref="Resolve"/>, then judge. Everything up to that epoch is then taken into account.
/// Offers must be those of the catalogue the view was attached with. The catalogue's own validity and price are the caller's business.
/// </remarks>
public sealed class AvailabilityView
{
    private readonly ScopeDirectory _scopes;
    private readonly OfferRules _offers;
    private readonly ItemRules _items;
    private readonly ItemCoupling _coupling;

    // By offer index the offer's number in the rules; 0: nobody ever spoke of it.
    private readonly int[] _numbers;
    private ulong _epoch;

    internal AvailabilityView(CatalogueSnapshot catalogue, ScopeDirectory scopes, OfferRules offers, ItemRules items, ulong epoch)
    {
        Catalogue = catalogue;
        _scopes = scopes;
        _offers = offers;
        _items = items;
        _epoch = epoch;
        _numbers = new int[catalogue.Count];
        foreach (var (id, number) in offers.Numbers) OfferNumbered(id, number);
        _coupling = new ItemCoupling(catalogue, items);
        foreach (var (key, rule) in items.Everywhere.Entries()) _coupling.Changed(key, null, rule);
    }

    /// <summary>Every update up to this one is visible.</summary>
    public ulong Epoch => Volatile.Read(ref _epoch);

    /// <summary>The catalogue this is about.</summary>
    public CatalogueSnapshot Catalogue { get; }

    /// <summary>The scopes of a request. Empty ids: none of that kind.</summary>
    public AvailabilityScope Resolve(string chainId, string storeId) => _scopes.Resolve(chainId, storeId);

    /// <summary>The verdict on an offer: its own rows in all scopes that apply, then its items.</summary>
    /// <param name="offer">Offer of <see cref="Catalogue"/>.</param>
    /// <param name="scope">From <see cref="Resolve"/>.</param>
    /// <param name="nowTicks">Now, UTC ticks.</param>
    public AvailabilityVerdict Judge(Offer offer, in AvailabilityScope scope, long nowTicks)
    {
        var number = Number(offer);
        var verdict = number == 0 ? AvailabilityVerdict.Available : _offers.Judge(number, in scope, nowTicks);
        return verdict == AvailabilityVerdict.Available ? _coupling.Judge(offer, in scope, nowTicks) : verdict;
    }

    /// <summary>The verdict on an item (<see cref="ItemKey"/>), whether or not an offer covers it.</summary>
    public AvailabilityVerdict JudgeItem(ulong itemKey, in AvailabilityScope scope, long nowTicks) => _items.Judge(itemKey, in scope, nowTicks);

    /// <summary>The live price of an offer in the smallest unit of the currency: the store's, else the chain's, else the one everywhere. False: none was said.</summary>
    public bool TryGetPrice(Offer offer, in AvailabilityScope scope, out long priceMinor)
    {
        priceMinor = 0;
        var number = Number(offer);
        return number != 0 && _offers.TryGetPrice(number, in scope, out priceMinor);
    }

    /// <summary>The earliest live end of validity among the offer's own rows that apply, UTC ticks; <see cref="long.MaxValue"/> where none has one.</summary>
    public long ValidUntilTicks(Offer offer, in AvailabilityScope scope)
    {
        var number = Number(offer);
        return number == 0 ? long.MaxValue : _offers.UntilTicks(number, in scope);
    }

    /// <summary>Tells the processor that an offer, by its index in <see cref="Catalogue"/>, is about to be judged (<see cref="Offer.Prefetch"/>).</summary>
    public unsafe void Prefetch(int offerIndex)
    {
        if (!Sse.IsSupported) return;
        Sse.Prefetch0(Unsafe.AsPointer(ref _numbers[offerIndex]));
        _coupling.Prefetch(offerIndex);
    }

    internal void OfferNumbered(string offerId, int number)
    {
        if (Catalogue.TryGetIndex(offerId, out var index)) Volatile.Write(ref _numbers[index], number);
    }

    internal void ItemChanged(ulong itemKey, AvailabilityRule? former, AvailabilityRule now) => _coupling.Changed(itemKey, former, now);

    internal void Reached(ulong epoch) => Volatile.Write(ref _epoch, epoch);

    private int Number(Offer offer) => Volatile.Read(ref _numbers[offer.Index]);
}
