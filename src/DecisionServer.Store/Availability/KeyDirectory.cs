namespace DecisionServer.Store;

/// <summary>The keys of all rows in the order they were made. Appended to by one writer, read by anybody.</summary>
internal sealed class KeyDirectory(int capacity)
{
    private const int ChunkBits = 16;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private readonly long[]?[] _chunks = new long[]?[(capacity >> ChunkBits) + 1];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The key of a number below a <see cref="Count"/> that was read before.</summary>
    public long this[int number] => _chunks[number >> ChunkBits]![number & ChunkMask];

    public void Add(long key)
    {
        var chunk = _chunks[_count >> ChunkBits] ??= new long[Math.Min(1 << ChunkBits, capacity - (_count & ~ChunkMask))];
        chunk[_count & ChunkMask] = key;
        Volatile.Write(ref _count, _count + 1);
    }
}
