using System.Collections.Concurrent;

namespace DecisionServer.Loader;

/// <summary>Chunks to use again. It holds as many as were in flight at once, so its memory is bounded by the senders' windows.</summary>
internal sealed class ChunkPool(int chunkBytes)
{
    private readonly ConcurrentBag<Chunk> _free = [];

    public Chunk Rent() => _free.TryTake(out var chunk) ? chunk : new Chunk(chunkBytes);

    public void Return(Chunk chunk) => _free.Add(chunk);
}
