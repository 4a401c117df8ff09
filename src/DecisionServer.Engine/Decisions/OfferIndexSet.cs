using System.Numerics;

namespace DecisionServer.Engine;

/// <summary>A set of offer indexes. Cleared in no time, and allocates only until it has once been as large as it gets.</summary>
internal sealed class OfferIndexSet
{
    // A slot counts as filled where its stamp is the current one, so that clearing is one increment.
    private (int Stamp, int Index)[] _slots = new (int, int)[256];
    private int _stamp = 1;
    private int _count;

    /// <summary>Adds an index; false where it was there already.</summary>
    public bool Add(int index)
    {
        if (_count * 2 >= _slots.Length) Grow();
        ref var slot = ref Find(index);
        if (slot.Stamp == _stamp) return false;
        slot = (_stamp, index);
        _count++;
        return true;
    }

    public void Clear()
    {
        _count = 0;
        if (++_stamp != int.MaxValue) return;
        Array.Clear(_slots);
        _stamp = 1;
    }

    private ref (int Stamp, int Index) Find(int index)
    {
        var mask = _slots.Length - 1;
        var at = (int)((uint)index * 2654435769u >> (32 - BitOperations.Log2((uint)_slots.Length)));
        while (_slots[at].Stamp == _stamp && _slots[at].Index != index) at = (at + 1) & mask;
        return ref _slots[at];
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new (int, int)[old.Length * 2];
        foreach (var slot in old)
        {
            if (slot.Stamp == _stamp) Find(slot.Index) = slot;
        }
    }
}
