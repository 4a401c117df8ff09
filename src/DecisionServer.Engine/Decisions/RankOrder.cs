namespace DecisionServer.Engine;

/// <summary>Sorts scores descending, equal scores by their place. Reusable.</summary>
internal sealed class RankOrder
{
    private readonly ReusableList<ulong> _keys = new();

    /// <summary>How many scores were added.</summary>
    public int Count => _keys.Count;

    /// <summary>The place (as given to <see cref="Add"/>) of the score with a rank from 0.</summary>
    public int this[int rank] => (int)(uint)_keys[rank];

    public void Clear() => _keys.Clear();

    /// <summary>Adds a score, which is not NaN, with its place.</summary>
    public void Add(float score, int place) => _keys.Add(((ulong)Descending(score) << 32) | (uint)place);

    // Score and place in one number: sorting numbers needs no comparer and is stable, because places differ.
    public void Sort() => _keys.Span.Sort();

    private static uint Descending(float score)
    {
        // Adding 0 turns -0 into +0, so that the two are equal here too.
        var bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return (bits & 0x8000_0000) != 0 ? bits : ~(bits | 0x8000_0000);
    }
}
