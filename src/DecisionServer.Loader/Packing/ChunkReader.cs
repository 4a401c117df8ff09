namespace DecisionServer.Loader;

/// <summary>
/// Reads inputs one after the other and cuts their sets into chunks, for each server of the load its own. The cutting depends on the inputs, the chunk size and who
/// takes which members alone, so a second reading gives the same chunks under the same numbers: that is what resuming rests on.
/// </summary>
internal sealed class ChunkReader
{
    private readonly IReadOnlyList<OfferSetReader> _readers;
    private readonly ChunkPool _pool;
    private readonly FaultLog _faults;
    private readonly ShardRoutes _routes;
    private readonly OfferSetRecord _record = new();
    private readonly Chunk?[] _open;
    private readonly ChunkCounts[] _counts;
    private int _current;
    private bool _pending;
    private bool _ended;

    /// <param name="readers">The inputs.</param>
    /// <param name="pool">Where chunks come from.</param>
    /// <param name="faults">Told of bad rows.</param>
    /// <param name="routes">Which server takes which members. Null: there is one.</param>
    public ChunkReader(IReadOnlyList<OfferSetReader> readers, ChunkPool pool, FaultLog faults, ShardRoutes? routes = null)
    {
        (_readers, _pool, _faults, _routes) = (readers, pool, faults, routes ?? ShardRoutes.One);
        _open = new Chunk?[_routes.Targets];
        _counts = [.. _open.Select(_ => new ChunkCounts())];
    }

    /// <summary>What went into the chunks of each server so far.</summary>
    public IReadOnlyList<ChunkCounts> Counts => _counts;

    /// <summary>Sets in all chunks so far.</summary>
    public long Sets => _counts.Sum(count => count.Sets);

    /// <summary>Sets left out for bad rows.</summary>
    public long RefusedSets => _readers.Sum(reader => reader.RefusedSets);

    /// <summary>Bytes of the inputs read so far.</summary>
    public long BytesTaken => _readers.Sum(reader => reader.Source.BytesTaken);

    /// <summary>
    /// Reads the next chunk; null at the end, or when there are too many bad rows (see <see cref="FaultLog.IsExceeded"/>).
    /// The caller returns it to the pool.
    /// </summary>
    /// <exception cref="InputException">An input cannot be read on.</exception>
    public async ValueTask<Chunk?> ReadAsync(CancellationToken cancellationToken)
    {
        while (_current < _readers.Count && !_faults.IsExceeded)
        {
            var reader = _readers[_current];
            if (_pending) Open(reader, _routes.Of(_record.MemberId)).TryAdd(_record);
            _pending = false;
            Chunk? full = null;
            while (!_ended && Fill(reader, out full)) await reader.FillAsync(cancellationToken).ConfigureAwait(false);
            if (_faults.IsExceeded) break;

            // At the end of an input its chunks are sent as they are: a chunk's sets come from one input.
            full ??= Array.Find(_open, static open => open is not null);
            if (full is not null) return Close(full);
            (_current, _ended) = (_current + 1, false);
        }

        return null;
    }

    // True: the reader wants more bytes. False: a chunk is full (a set is pending), the input has ended, or there are too many bad rows.
    private bool Fill(OfferSetReader reader, out Chunk? full)
    {
        full = null;
        while (true)
        {
            switch (reader.Read(_record))
            {
                case ReadStep.Record:
                    var chunk = Open(reader, _routes.Of(_record.MemberId));
                    if (chunk.TryAdd(_record)) break;
                    (full, _pending) = (chunk, true);
                    return false;
                case ReadStep.Refused:
                    _faults.Add(reader.Fault!);
                    if (_faults.IsExceeded) return false;
                    break;
                case ReadStep.NeedMore:
                    return true;
                case ReadStep.End:
                    _ended = true;
                    return false;
            }
        }
    }

    private Chunk Open(OfferSetReader reader, int target)
    {
        if (_open[target] is { } open) return open;
        var chunk = _pool.Rent();
        chunk.Begin(_counts[target].Chunks, reader.Source.Spec, target);
        return _open[target] = chunk;
    }

    private Chunk Close(Chunk chunk)
    {
        _open[chunk.Target] = null;
        _counts[chunk.Target].Add(chunk);
        return chunk;
    }
}

/// <summary>What went into the chunks of one server.</summary>
internal sealed class ChunkCounts
{
    public long Chunks { get; private set; }

    /// <summary>Sets.</summary>
    public long Sets { get; private set; }

    /// <summary>Sets with offers.</summary>
    public long OfferSets { get; private set; }

    /// <summary>Sets with affinities.</summary>
    public long AffinitySets { get; private set; }

    public void Add(Chunk chunk)
    {
        Chunks++;
        Sets += chunk.Sets;
        OfferSets += chunk.WithOffers;
        AffinitySets += chunk.WithAffinities;
    }
}
