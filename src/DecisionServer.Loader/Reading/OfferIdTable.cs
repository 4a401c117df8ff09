using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace DecisionServer.Loader;

/// <summary>
/// Offer ids and their indexes (place in the catalogue, from 0), looked up by UTF-8 bytes without making strings. Ids lie one after the other
/// in one array: about 60 bytes an offer. Most ids are of 8 bytes or fewer: those stand in the hash table itself and cost one memory access.
/// </summary>
internal sealed class OfferIdTable
{
    /// <summary>Most offers of a catalogue.</summary>
    public const int MaxOffers = 1_048_576;

    private const int WordBytes = 8;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private byte[] _bytes = new byte[64 * 1024];
    private int[] _ends = new int[1024];
    private Slot[] _slots = new Slot[4096];

    /// <summary>Ids in the table.</summary>
    public int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(ReadOnlySpan<byte> id, out int index)
    {
        // Ids that fit into a word and stand where they belong: no loop, no call.
        if (id.Length is >= 4 and <= WordBytes)
        {
            var word = ShortWord(id);
            var slots = _slots;
            var slot = slots[Home(word, id.Length) & (slots.Length - 1)];
            index = slot.Number - 1;
            if (slot.Word == word && slot.Length == id.Length && index >= 0) return true;
        }

        return Find(id, Word(id), out index, out _);
    }

    /// <summary>Adds an id that is not there yet. False: it is, at <paramref name="index"/>.</summary>
    public bool TryAdd(ReadOnlySpan<byte> id, out int index)
    {
        var word = Word(id);
        if (Find(id, word, out index, out var slot)) return false;
        index = Count++;
        var start = Start(index);
        if (start + id.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, start + id.Length));
        if (index == _ends.Length) Array.Resize(ref _ends, 2 * index);
        id.CopyTo(_bytes.AsSpan(start));
        _ends[index] = start + id.Length;
        _slots[slot] = new Slot(word, id.Length, index + 1);
        if (Count * 4 > _slots.Length) Grow();
        return true;
    }

    /// <summary>The id at an index.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => _bytes.AsSpan(Start(index), _ends[index] - Start(index));

    /// <summary>The id at an index as a string.</summary>
    public string Id(int index) => Encoding.UTF8.GetString(Bytes(index));

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private bool Find(ReadOnlySpan<byte> id, ulong word, out int index, out int slot)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        for (slot = Home(word, id.Length) & mask; slots[slot].Number != 0; slot = (slot + 1) & mask)
        {
            ref var candidate = ref slots[slot];
            if (candidate.Word != word || candidate.Length != id.Length) continue;
            index = candidate.Number - 1;
            if (id.Length <= WordBytes || Bytes(index).SequenceEqual(id)) return true;
        }

        index = -1;
        return false;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[2 * old.Length];
        var mask = _slots.Length - 1;
        foreach (var moved in old)
        {
            if (moved.Number == 0) continue;
            var slot = Home(moved.Word, moved.Length) & mask;
            while (_slots[slot].Number != 0) slot = (slot + 1) & mask;
            _slots[slot] = moved;
        }
    }

    // A product's upper bits hear of the lower ones only, and ids counted up differ in their last bytes: so these become the lowest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Home(ulong word, int length) => (int)(((BinaryPrimitives.ReverseEndianness(word) ^ (ulong)length) * Multiplier) >> 40);

    /// <summary>The bytes themselves where they fit into one word, a hash of them otherwise.</summary>
    private static ulong Word(ReadOnlySpan<byte> id)
    {
        switch (id.Length)
        {
            case > WordBytes:
                return Hash(id);
            case >= 4:
                return ShortWord(id);
            default:
                return Rest(id);
        }
    }

    // Two reads, which overlap where there are fewer than eight bytes.
    private static ulong ShortWord(ReadOnlySpan<byte> id)
        => BinaryPrimitives.ReadUInt32LittleEndian(id) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(id[^4..]) << (8 * (id.Length - 4)));

    // Eight bytes a multiplication, then a finaliser.
    private static ulong Hash(ReadOnlySpan<byte> id)
    {
        var hash = (ulong)id.Length * Multiplier;
        while (id.Length >= 8)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(id), 29) * Multiplier;
            id = id[8..];
        }

        hash = BitOperations.RotateLeft(hash ^ Rest(id), 29) * Multiplier;
        return hash ^ (hash >> 32);
    }

    private static ulong Rest(ReadOnlySpan<byte> id)
    {
        ulong rest = 0;
        for (var i = 0; i < id.Length; i++) rest |= (ulong)id[i] << (8 * i);
        return rest;
    }

    /// <param name="Word">See <see cref="OfferIdTable.Word"/>.</param>
    /// <param name="Length">Bytes of the id.</param>
    /// <param name="Number">Its index + 1; 0: the slot is free.</param>
    private readonly record struct Slot(ulong Word, int Length, int Number);
}
