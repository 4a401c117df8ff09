using System.Numerics;

namespace DecisionServer.Store;

/// <summary>
/// Which offers cover an item: an open-addressed table of item keys over one flat array of offer indexes. Three arrays
/// whatever the size, so that millions of (offer, item) pairs build in well under a second and cost the collector nothing.
/// </summary>
internal sealed class ItemIndex
{
    private const int Empty = -1;
    private readonly ulong[] _keys;
    private readonly int[] _entries;
    private readonly int[] _starts;
    private readonly int[] _offers;

    public ItemIndex(ReadOnlySpan<Offer> offers)
    {
        var pairs = 0;
        foreach (var offer in offers) pairs += offer.ItemKeys.Length;

        // 1. Number the distinct keys and count the offers of each.
        var table = new Table();
        var counts = new int[pairs];
        var entries = new int[pairs];
        var pair = 0;
        foreach (var offer in offers)
        {
            foreach (var key in offer.ItemKeys) counts[entries[pair++] = table.Add(key)]++;
        }

        // 2. Give each key its stretch of the flat array.
        _starts = new int[table.Count + 1];
        for (var entry = 0; entry < table.Count; entry++) _starts[entry + 1] = _starts[entry] + counts[entry];

        // 3. Fill the stretches, by ascending offer index.
        _offers = new int[pairs];
        (_keys, _entries) = (table.Keys, table.Entries);
        Array.Clear(counts);
        pair = 0;
        foreach (var offer in offers)
        {
            for (var i = 0; i < offer.ItemKeys.Length; i++)
            {
                var entry = entries[pair++];
                _offers[_starts[entry] + counts[entry]++] = offer.Index;
            }
        }
    }

    /// <summary>Distinct items covered.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Indexes of the offers that cover an item, ascending. Empty: none.</summary>
    public ReadOnlySpan<int> OffersOf(ulong key)
    {
        var entry = _entries[Table.Slot(_keys, _entries, key)];
        return entry == Empty ? [] : _offers.AsSpan(_starts[entry], _starts[entry + 1] - _starts[entry]);
    }

    private sealed class Table
    {
        public ulong[] Keys { get; private set; } = new ulong[16];

        public int[] Entries { get; private set; } = NewEntries(16);

        public int Count { get; private set; }

        // The keys are hashes already: their low bits pick the slot.
        public static int Slot(ulong[] keys, int[] entries, ulong key)
        {
            var mask = keys.Length - 1;
            var slot = (int)key & mask;
            while (entries[slot] != Empty && keys[slot] != key) slot = (slot + 1) & mask;
            return slot;
        }

        public int Add(ulong key)
        {
            var slot = Slot(Keys, Entries, key);
            if (Entries[slot] != Empty) return Entries[slot];
            if (Count >= Keys.Length / 2)
            {
                Grow();
                slot = Slot(Keys, Entries, key);
            }

            (Keys[slot], Entries[slot]) = (key, Count);
            return Count++;
        }

        private void Grow()
        {
            var size = (int)BitOperations.RoundUpToPowerOf2((uint)Keys.Length * 2);
            var (keys, entries) = (new ulong[size], NewEntries(size));
            for (var old = 0; old < Keys.Length; old++)
            {
                if (Entries[old] == Empty) continue;
                var slot = Slot(keys, entries, Keys[old]);
                (keys[slot], entries[slot]) = (Keys[old], Entries[old]);
            }

            (Keys, Entries) = (keys, entries);
        }

        private static int[] NewEntries(int size)
        {
            var entries = new int[size];
            Array.Fill(entries, Empty);
            return entries;
        }
    }
}
