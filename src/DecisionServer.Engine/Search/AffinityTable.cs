using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>A member's affinities, hashed into memory of the caller's stack: a thousand candidates ask it for three keys each.</summary>
internal readonly ref struct AffinityTable
{
    /// <summary>Slots needed: four for each affinity a member can have, so that most look-ups end at the first.</summary>
    public const int Slots = 4 * AffinityBuffer.Capacity;

    private const int Mask = Slots - 1;
    private readonly Span<ulong> _keys;
    private readonly Span<float> _scores;

    /// <summary>Fills zeroed memory of <see cref="Slots"/> elements each.</summary>
    public AffinityTable(AffinityBuffer affinities, Span<ulong> keys, Span<float> scores)
    {
        _keys = keys;
        _scores = scores;
        IsEmpty = affinities.Count == 0;
        for (var i = 0; i < affinities.Count; i++)
        {
            var slot = Find(Stored(affinities.Keys[i]));
            (_keys[slot], _scores[slot]) = (Stored(affinities.Keys[i]), affinities.Scores[i]);
        }
    }

    public bool IsEmpty { get; }

    /// <summary>The member's affinity, 0 where it has none (or dislikes it) or the key is empty.</summary>
    public float Of(AffinityKind kind, string key)
    {
        if (IsEmpty || key.Length == 0) return 0f;
        var stored = Stored(AffinityKey.From(kind, key));
        var slot = Find(stored);
        return _keys[slot] == stored ? Math.Max(0f, _scores[slot]) : 0f;
    }

    // Keys have 48 bits: one more tells a key from an empty slot.
    private static ulong Stored(ulong key) => key | (1UL << AffinityKey.Bits);

    private int Find(ulong stored)
    {
        var slot = (int)stored & Mask;
        while (_keys[slot] != 0 && _keys[slot] != stored) slot = (slot + 1) & Mask;
        return slot;
    }
}
