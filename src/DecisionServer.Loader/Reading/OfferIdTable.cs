using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DecisionServer.Loader;

/// <summary>
/// Offer ids and their indexes (place in the catalogue, from 0), looked up by UTF-8 bytes without making strings. Ids lie one after the other
/// in one array: about 40 bytes an offer.
/// </summary>
internal sealed class OfferIdTable
{
    /// <summary>Most offers of a catalogue.</summary>
    public const int MaxOffers = 1_048_576;

    private byte[] _bytes = new byte[64 * 1024];
    private int[] _ends = new int[1024];
    private uint[] _hashes = new uint[1024];
    private int[] _slots = new int[4096];

    /// <summary>Ids in the table.</summary>
    public int Count { get; private set; }

    public bool TryGet(ReadOnlySpan<byte> id, out int index) => Find(id, Hash(id), out index, out _);

    /// <summary>Adds an id that is not there yet. False: it is, at <paramref name="index"/>.</summary>
    public bool TryAdd(ReadOnlySpan<byte> id, out int index)
    {
        var hash = Hash(id);
        if (Find(id, hash, out index, out var slot)) return false;
        index = Count++;
        var start = Start(index);
        if (start + id.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, start + id.Length));
        if (index == _ends.Length)
        {
            Array.Resize(ref _ends, 2 * index);
            Array.Resize(ref _hashes, 2 * index);
        }

        id.CopyTo(_bytes.AsSpan(start));
        _ends[index] = start + id.Length;
        _hashes[index] = hash;
        _slots[slot] = index + 1;
        if (Count * 2 > _slots.Length) Grow();
        return true;
    }

    /// <summary>The id at an index.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => _bytes.AsSpan(Start(index), _ends[index] - Start(index));

    /// <summary>The id at an index as a string.</summary>
    public string Id(int index) => Encoding.UTF8.GetString(Bytes(index));

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    private bool Find(ReadOnlySpan<byte> id, uint hash, out int index, out int slot)
    {
        var mask = _slots.Length - 1;
        for (slot = (int)hash & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            index = _slots[slot] - 1;
            if (_hashes[index] == hash && Bytes(index).SequenceEqual(id)) return true;
        }

        index = -1;
        return false;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        var mask = _slots.Length - 1;
        for (var index = 0; index < Count; index++)
        {
            var slot = (int)_hashes[index] & mask;
            while (_slots[slot] != 0) slot = (slot + 1) & mask;
            _slots[slot] = index + 1;
        }
    }

    // Eight bytes a multiplication, then a finaliser, so that ids counted up spread over the low bits.
    private static uint Hash(ReadOnlySpan<byte> id)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)id.Length * Multiplier;
        while (id.Length >= 8)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(id), 29) * Multiplier;
            id = id[8..];
        }

        ulong rest = 0;
        for (var i = 0; i < id.Length; i++) rest |= (ulong)id[i] << (8 * i);
        hash = BitOperations.RotateLeft(hash ^ rest, 29) * Multiplier;
        hash ^= hash >> 32;
        hash *= Multiplier;
        return (uint)(hash >> 32);
    }
}
