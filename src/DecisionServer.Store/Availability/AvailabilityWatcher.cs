namespace DecisionServer.Store;

/// <summary>Some changes for a watcher.</summary>
/// <param name="Rows">Rows as they are after the change. By epoch; within a snapshot in no particular order, and where one comes again, the later holds.</param>
/// <param name="Epoch">Everything up to this epoch has been given out, unless <paramref name="More"/>.</param>
/// <param name="Snapshot">The rows are the whole state, or a part of it: they replace what the watcher holds.</param>
/// <param name="More">The snapshot goes on.</param>
public readonly record struct AvailabilityChanges(IReadOnlyList<AvailabilityRow> Rows, ulong Epoch, bool Snapshot, bool More);

/// <summary>
/// Gives out every change after an epoch, in order, without gap or duplicate. Where the changes are no longer at hand (the watcher is slow or new, or its
/// epoch is of a former life of the server) it gives out the whole state first. Holds nothing but its place, however slow it is read.
/// </summary>
/// <remarks>For one reader at a time.</remarks>
public sealed class AvailabilityWatcher
{
    /// <summary>Most rows of one answer; a watcher keeps room for so many (50 KB).</summary>
    public const int MaxRows = 256;

    private readonly AvailabilityStore _store;
    private readonly RowData[] _buffer = new RowData[MaxRows];
    private ulong _after;
    private bool _inSnapshot;
    private int _scanned;
    private ulong _upTo;

    internal AvailabilityWatcher(AvailabilityStore store, ulong after) => (_store, _after) = (store, after);

    /// <summary>The next changes; waits where there are none.</summary>
    public async ValueTask<AvailabilityChanges> Next(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_inSnapshot)
            {
                if (Scan() is { } part) return part;

                // A row that a writer was just changing is left out of the scan; its change is at hand once the writer is through.
                await _store.WaitForEpoch(_upTo, cancellationToken).ConfigureAwait(false);
                if (CatchUp() is { } rest) return rest;
            }
            else if (_after > _store.Epoch || !_store.TryReadChanges(_after, ulong.MaxValue, _buffer, out var count))
            {
                BeginSnapshot();
            }
            else if (count > 0)
            {
                _after += (ulong)count;
                return new AvailabilityChanges(Rows(count), _after, false, false);
            }
            else
            {
                await _store.WaitForEpoch(_after + 1, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void BeginSnapshot()
    {
        _inSnapshot = true;
        _scanned = 0;
        _after = _store.Epoch;
        _upTo = _after;
    }

    // The state at the epoch where the snapshot began, without the rows that have changed since.
    private AvailabilityChanges? Scan()
    {
        while (_store.ReadRows(_scanned, _buffer) is > 0 and var read)
        {
            _scanned += read;
            var rows = new List<AvailabilityRow>(read);
            foreach (ref readonly var row in _buffer.AsSpan(0, read))
            {
                if (row.Version == 0) continue;
                if (row.Epoch <= _after) rows.Add(row.ToRow());
                else _upTo = Math.Max(_upTo, row.Epoch);
            }

            if (rows.Count > 0) return new AvailabilityChanges(rows, _after, true, true);
        }

        return null;
    }

    // And those that have changed since, in order. Null: they are no longer at hand, the snapshot begins anew.
    private AvailabilityChanges? CatchUp()
    {
        if (!_store.TryReadChanges(_after, _upTo, _buffer, out var count))
        {
            BeginSnapshot();
            return null;
        }

        _after += (ulong)count;
        _inSnapshot = _after < _upTo;
        return new AvailabilityChanges(Rows(count), _after, true, _inSnapshot);
    }

    private List<AvailabilityRow> Rows(int count)
    {
        var rows = new List<AvailabilityRow>(count);
        foreach (ref readonly var row in _buffer.AsSpan(0, count)) rows.Add(row.ToRow());
        return rows;
    }
}
