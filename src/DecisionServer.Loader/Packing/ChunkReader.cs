namespace DecisionServer.Loader;

/// <summary>
/// Reads inputs one after the other and cuts their sets into chunks. The cutting depends on the inputs and the chunk size alone, so a
/// second reading gives the same chunks under the same numbers: that is what resuming rests on.
/// </summary>
internal sealed class ChunkReader(IReadOnlyList<OfferSetReader> readers, ChunkPool pool, FaultLog faults)
{
    private readonly OfferSetRecord _record = new();
    private int _current;
    private long _number;
    private bool _pending;

    /// <summary>Sets with offers, in all chunks so far.</summary>
    public long OfferSets { get; private set; }

    /// <summary>Sets with affinities, in all chunks so far.</summary>
    public long AffinitySets { get; private set; }

    /// <summary>Sets in all chunks so far.</summary>
    public long Sets { get; private set; }

    /// <summary>Sets left out for bad rows.</summary>
    public long RefusedSets => readers.Sum(reader => reader.RefusedSets);

    /// <summary>Bytes of the inputs read so far.</summary>
    public long BytesTaken => readers.Sum(reader => reader.Source.BytesTaken);

    /// <summary>
    /// Reads the next chunk; null at the end, or when there are too many bad rows (see <see cref="FaultLog.IsExceeded"/>).
    /// The caller returns it to the pool.
    /// </summary>
    /// <exception cref="InputException">An input cannot be read on.</exception>
    public async ValueTask<Chunk?> ReadAsync(CancellationToken cancellationToken)
    {
        while (_current < readers.Count && !faults.IsExceeded)
        {
            var reader = readers[_current];
            var chunk = pool.Rent();
            chunk.Begin(_number, reader.Source.Spec);
            if (_pending) chunk.TryAdd(_record);
            _pending = false;
            while (Fill(reader, chunk)) await reader.FillAsync(cancellationToken).ConfigureAwait(false);
            if (!_pending) _current++;
            if (chunk.Sets > 0 && !faults.IsExceeded)
            {
                Count(chunk);
                return chunk;
            }

            pool.Return(chunk);
        }

        return null;
    }

    // True: the reader wants more bytes. False: the chunk is full (a set is pending), the input has ended, or there are too many bad rows.
    private bool Fill(OfferSetReader reader, Chunk chunk)
    {
        while (true)
        {
            switch (reader.Read(_record))
            {
                case ReadStep.Record when !chunk.TryAdd(_record):
                    _pending = true;
                    return false;
                case ReadStep.Refused:
                    faults.Add(reader.Fault!);
                    if (faults.IsExceeded) return false;
                    break;
                case ReadStep.NeedMore:
                    return true;
                case ReadStep.End:
                    return false;
            }
        }
    }

    private void Count(Chunk chunk)
    {
        _number++;
        Sets += chunk.Sets;
        OfferSets += chunk.WithOffers;
        AffinitySets += chunk.WithAffinities;
    }
}
