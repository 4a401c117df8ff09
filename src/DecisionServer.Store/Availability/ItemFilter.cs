using System.Numerics;

namespace DecisionServer.Store;

/// <summary>
/// Says of most items nobody ever spoke of, by one bit, that nobody did. 16 bits an item, so it fits the processor's cache for hundreds of thousands.
/// </summary>
internal sealed class ItemFilter
{
    private const int BitsPerItem = 16;
    private ulong[]? _words;

    /// <summary>False: certainly nobody. True: look.</summary>
    public bool MayHold(ulong itemKey)
    {
        var words = Volatile.Read(ref _words);
        if (words is null) return false;
        var bit = (int)(itemKey >> 32) & ((words.Length * 64) - 1);
        return (Volatile.Read(ref words[bit >> 6]) & (1UL << bit)) != 0;
    }

    /// <summary>For the writer: adds a key; <paramref name="all"/> holds it already.</summary>
    public void Add(ulong itemKey, RuleMap all)
    {
        if (_words is null || (long)all.Count * BitsPerItem > _words.Length * 64L)
        {
            var words = new ulong[Math.Max(64, BitOperations.RoundUpToPowerOf2((uint)all.Count) * BitsPerItem * 2 / 64)];
            foreach (var (key, _) in all.Entries()) Set(words, key == ulong.MaxValue ? 0 : key);
            Set(words, itemKey);
            Set(words, ulong.MaxValue);
            Volatile.Write(ref _words, words);
            return;
        }

        Set(_words, itemKey);
    }

    private static void Set(ulong[] words, ulong key)
    {
        var bit = (int)(key >> 32) & ((words.Length * 64) - 1);
        Volatile.Write(ref words[bit >> 6], words[bit >> 6] | (1UL << bit));
    }
}
