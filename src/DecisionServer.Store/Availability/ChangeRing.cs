namespace DecisionServer.Store;

/// <summary>
/// The last changes by epoch, for watchers. One writer; readers copy without a lock and find out afterwards whether the writer came round meanwhile.
/// </summary>
internal sealed class ChangeRing(int capacity)
{
    private readonly RowData[] _rows = new RowData[capacity];
    private ulong _floor;
    private ulong _newest;

    /// <summary>For the writer, before any change: changes up to <paramref name="epoch"/> are not at hand.</summary>
    public void StartAfter(ulong epoch)
    {
        Volatile.Write(ref _floor, epoch);
        Volatile.Write(ref _newest, epoch);
    }

    /// <summary>For the writer: the change that made epoch <see cref="RowData.Epoch"/>; epochs are contiguous.</summary>
    public void Add(in RowData row)
    {
        if (row.Epoch - _floor > (ulong)_rows.Length)
        {
            Volatile.Write(ref _floor, row.Epoch - (ulong)_rows.Length);

            // The floor must be seen raised before the entry below it changes.
            Interlocked.MemoryBarrier();
        }

        _rows[Slot(row.Epoch)] = row;
        Volatile.Write(ref _newest, row.Epoch);
    }

    /// <summary>
    /// Copies the changes after <paramref name="after"/>, up to and including <paramref name="upTo"/>. False: they are no longer at hand.
    /// </summary>
    public bool TryRead(ulong after, ulong upTo, Span<RowData> into, out int count)
    {
        count = 0;
        var newest = Math.Min(Volatile.Read(ref _newest), upTo);
        if (after < Volatile.Read(ref _floor)) return false;
        if (newest <= after) return true;
        count = (int)Math.Min(newest - after, (ulong)into.Length);
        for (var i = 0; i < count; i++) into[i] = _rows[Slot(after + 1 + (ulong)i)];
        Interlocked.MemoryBarrier();
        return after >= Volatile.Read(ref _floor);
    }

    private int Slot(ulong epoch) => (int)(epoch % (ulong)_rows.Length);
}
