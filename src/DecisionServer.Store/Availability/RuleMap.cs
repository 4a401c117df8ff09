namespace DecisionServer.Store;

/// <summary>
/// Rules by 64-bit key, open-addressed. One writer (under the store's lock), readers without a lock; entries are replaced, never removed.
/// </summary>
internal sealed class RuleMap
{
    private Slot[] _slots = new Slot[8];

    /// <summary>Keys held.</summary>
    public int Count { get; private set; }

    /// <summary>The rule of a key, or null. What was set before this call began is seen.</summary>
    public AvailabilityRule? Find(ulong key)
    {
        key = NotZero(key);
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var i = Place(key, mask); ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            var found = Volatile.Read(ref slot.Key);
            if (found == key) return slot.Rule;
            if (found == 0) return null;
        }
    }

    /// <summary>For the writer: sets the rule of a key, returns the former one.</summary>
    public AvailabilityRule? Set(ulong key, AvailabilityRule rule)
    {
        key = NotZero(key);
        if (Count >= _slots.Length / 2) Grow();
        ref var slot = ref Free(_slots, key);
        var former = slot.Rule;
        Volatile.Write(ref slot.Rule, rule);
        if (slot.Key == 0)
        {
            // A reader that sees the key must see its rule.
            Volatile.Write(ref slot.Key, key);
            Count++;
        }

        return former;
    }

    /// <summary>For the writer: all entries. The key 0 appears as <see cref="ulong.MaxValue"/>.</summary>
    public IEnumerable<KeyValuePair<ulong, AvailabilityRule>> Entries()
    {
        foreach (var slot in _slots)
        {
            if (slot.Key != 0) yield return new(slot.Key, slot.Rule!);
        }
    }

    private void Grow()
    {
        var slots = new Slot[_slots.Length * 2];
        foreach (var slot in _slots)
        {
            if (slot.Key != 0) Free(slots, slot.Key) = slot;
        }

        Volatile.Write(ref _slots, slots);
    }

    private static ref Slot Free(Slot[] slots, ulong key)
    {
        var mask = slots.Length - 1;
        var i = Place(key, mask);
        while (slots[i].Key != key && slots[i].Key != 0) i = (i + 1) & mask;
        return ref slots[i];
    }

    // Keys may be hashes or small numbers: the multiplication spreads both (Fibonacci hashing).
    private static int Place(ulong key, int mask) => (int)((key * 0x9E3779B97F4A7C15) >> 32) & mask;

    // 0 marks a free slot. That a hash is 0 and another one all ones is as unlikely as that two are the same.
    private static ulong NotZero(ulong key) => key == 0 ? ulong.MaxValue : key;

    private struct Slot
    {
        public ulong Key;
        public AvailabilityRule? Rule;
    }
}
