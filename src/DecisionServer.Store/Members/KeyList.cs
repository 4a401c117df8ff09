using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>64-bit keys in memory that is used again and again: it grows and never shrinks.</summary>
public sealed class KeyList
{
    private ulong[] _keys = new ulong[8];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The keys, in the order they were added.</summary>
    public ReadOnlySpan<ulong> Span => _keys.AsSpan(0, Count);

    /// <summary>Whether a key is among them; for the short lists that members have, looking at all is fastest.</summary>
    public bool Contains(ulong key) => Span.Contains(key);

    /// <summary>Adds a key.</summary>
    public void Add(ulong key)
    {
        if (Count == _keys.Length) Array.Resize(ref _keys, Count * 2);
        _keys[Count++] = key;
    }

    /// <summary>Takes all keys away.</summary>
    public void Clear() => Count = 0;

    internal void Read(ref ReadOnlySpan<byte> from, int count)
    {
        if (count > _keys.Length) _keys = new ulong[Math.Max(count, _keys.Length * 2)];
        var bytes = count * sizeof(ulong);
        from[..bytes].CopyTo(MemoryMarshal.AsBytes(_keys.AsSpan()));
        from = from[bytes..];
        Count = count;
    }

    internal void Write(ref Span<byte> into)
    {
        var bytes = MemoryMarshal.AsBytes(Span);
        bytes.CopyTo(into);
        into = into[bytes.Length..];
    }
}
