using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecisionServer.Store;

/// <summary>
/// Which offers of one catalogue are out because every item they cover is. One writer, readers without a lock.
/// </summary>
/// <remarks>
/// Three shortcuts keep offers over thousands of items fast: most have no item that was ever spoken of; items that are out everywhere are counted as
/// updates come in, so that "all of them" is one comparison; and the item that was found available last is asked first. What remains (items
/// out in some scope or by time) is asked one by one up to the first available item.
/// </remarks>
internal sealed class ItemCoupling(CatalogueSnapshot catalogue, ItemRules items)
{
    private readonly Entry[] _entries = new Entry[catalogue.Count];

    public AvailabilityVerdict Judge(Offer offer, in AvailabilityScope scope, long nowTicks)
    {
        ref var entry = ref _entries[offer.Index];
        return Volatile.Read(ref entry.Spoken) ? JudgeItems(offer.ItemKeys, ref entry, in scope, nowTicks) : AvailabilityVerdict.Available;
    }

    public unsafe void Prefetch(int offerIndex) => Sse.Prefetch0(Unsafe.AsPointer(ref _entries[offerIndex]));

    /// <summary>For the writer: an item's rule everywhere has become <paramref name="now"/>; a former of null is the first word about it in any scope.</summary>
    public void Changed(ulong itemKey, AvailabilityRule? former, AvailabilityRule now)
    {
        var change = Weight(now.Standing) - Weight(former?.Standing ?? AvailabilityVerdict.Available);
        if (former is not null && change == 0) return;
        foreach (var index in catalogue.OffersOfItem(itemKey))
        {
            ref var entry = ref _entries[index];
            Volatile.Write(ref entry.Out, entry.Out + change);
            Volatile.Write(ref entry.Spoken, true);
        }
    }

    private AvailabilityVerdict JudgeItems(ReadOnlySpan<ulong> keys, ref Entry entry, in AvailabilityScope scope, long nowTicks)
    {
        // 1. All out everywhere? Both counts are in one number, so they are of one moment.
        var counted = Volatile.Read(ref entry.Out);
        var off = (int)(counted >> 32);
        var soldOut = (int)counted;
        if (off + soldOut == keys.Length) return soldOut == keys.Length ? AvailabilityVerdict.OutOfStock : AvailabilityVerdict.Unavailable;

        // 2. Ask one by one, from the one that answered last.
        var first = entry.Witness;
        var reason = AvailabilityVerdict.Available;
        for (var i = 0; i < keys.Length; i++)
        {
            var at = first + i;
            if (at >= keys.Length) at -= keys.Length;
            var verdict = items.Judge(keys[at], in scope, nowTicks);
            if (verdict == AvailabilityVerdict.Available)
            {
                if (i != 0) entry.Witness = at;
                return AvailabilityVerdict.Available;
            }

            reason = i == 0 || reason == verdict ? verdict : AvailabilityVerdict.Unavailable;
        }

        return reason;
    }

    // High half: switched off. Low half: sold out.
    private static long Weight(AvailabilityVerdict standing) => standing switch
    {
        AvailabilityVerdict.Unavailable => 1L << 32,
        AvailabilityVerdict.OutOfStock => 1,
        _ => 0,
    };

    private struct Entry
    {
        public long Out;
        public int Witness;
        public bool Spoken;
    }
}
