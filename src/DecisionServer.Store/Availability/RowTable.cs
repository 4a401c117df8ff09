using System.Collections.Concurrent;
using System.Numerics;
using FASTER.core;

namespace DecisionServer.Store;

/// <summary>
/// The rows in FASTER. One writer at a time (the caller's lock), any number of readers, who wait for the writer at most for the copy of one row.
/// </summary>
/// <remarks>
/// Rows are never removed and always have the same size, so every update happens in place and the log never outgrows its memory:
/// the mutable part (90 % of it) holds <see cref="AvailabilityOptions.MaxRows"/> rows.
/// </remarks>
internal sealed class RowTable : IDisposable
{
    private const int RecordBytes = sizeof(long) * 2 + RowIdentity.Bytes + 4 + (7 * sizeof(long));
    private const double MutableFraction = 0.9;

    private readonly FasterKV<long, RowData> _faster;
    private readonly NullDevice _device = new();
    private readonly ClientSession<long, RowData, RowData, RowData, Empty, RowFunctions> _writer;
    private readonly ConcurrentStack<ClientSession<long, RowData, RowData, RowData, Empty, RowFunctions>> _readers = new();
    private readonly KeyDirectory _keys;
    private readonly Func<ReadOnlySpan<byte>, ulong> _hash;

    public RowTable(int maxRows, Func<ReadOnlySpan<byte>, ulong> hash)
    {
        _hash = hash;
        _keys = new KeyDirectory(maxRows);
        MaxRows = maxRows;

        // A record does not straddle pages: a thousandth more than the rows need covers what the ends of pages waste, two pages the page being opened.
        var needed = (long)(maxRows * (double)RecordBytes / MutableFraction * 1.01);
        var page = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(needed / 64, 1 << 16, 1 << 22));
        var memory = (long)BitOperations.RoundUpToPowerOf2((ulong)(needed + (4 * page)));
        using var settings = new FasterKVSettings<long, RowData>
        {
            IndexSize = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(maxRows / 7L, 64)) * 64,
            LogDevice = _device,
            PageSize = page,
            SegmentSize = memory,
            MemorySize = memory,
            MutableFraction = MutableFraction,
            ConcurrencyControlMode = ConcurrencyControlMode.RecordIsolation,
        };
        _faster = new FasterKV<long, RowData>(settings);
        _writer = NewSession();
    }

    public int MaxRows { get; }

    /// <summary>Rows there are, heads of lists included.</summary>
    public int Count => _keys.Count;

    /// <summary>Bytes of log in use: grows only with new rows.</summary>
    public long LogBytes => _faster.Log.TailAddress - _faster.Log.BeginAddress;

    /// <summary>For the writer: the row of an identity, or else the key that a new one would take.</summary>
    public bool TryFind(in RowIdentity identity, out long key, out RowData row) => TryFind(_writer, in identity, out key, out row);

    /// <summary>For the writer: the row of a key that exists.</summary>
    public RowData Get(long key) =>
        TryRead(_writer, key, out var row) ? row : throw new InvalidOperationException("A row is missing from the store.");

    /// <summary>For the writer: adds a row under the key that <see cref="TryFind(in RowIdentity, out long, out RowData)"/> gave.</summary>
    public void Add(long key, ref RowData row)
    {
        Put(key, ref row);
        _keys.Add(key);
    }

    /// <summary>For the writer: replaces a row.</summary>
    public void Put(long key, ref RowData row)
    {
        var status = _writer.Upsert(ref key, ref row);
        if (status.IsPending) throw new InvalidOperationException("The store asked for a disk, there is none.");
    }

    /// <summary>For readers: all rows of a subject, in no particular order, the head included.</summary>
    public void ReadSubject(in RowIdentity head, List<RowData> into)
    {
        var session = Rent();
        try
        {
            if (!TryFind(session, in head, out _, out var row)) return;
            into.Add(row);
            while (row.Has(RowFields.HasNext))
            {
                if (!TryRead(session, row.Next, out row)) throw new InvalidOperationException("A row is missing from the store.");
                into.Add(row);
            }
        }
        finally
        {
            _readers.Push(session);
        }
    }

    /// <summary>For readers: rows by age, from the one with number <paramref name="from"/> on. Returns the number read.</summary>
    public int Read(int from, Span<RowData> into)
    {
        var count = Math.Min(into.Length, _keys.Count - from);
        var session = Rent();
        try
        {
            for (var i = 0; i < count; i++)
            {
                if (!TryRead(session, _keys[from + i], out into[i])) throw new InvalidOperationException("A row is missing from the store.");
            }
        }
        finally
        {
            _readers.Push(session);
        }

        return Math.Max(count, 0);
    }

    public void Dispose()
    {
        _writer.Dispose();
        while (_readers.TryPop(out var session)) session.Dispose();
        _faster.Dispose();
        _device.Dispose();
    }

    private bool TryFind(
        ClientSession<long, RowData, RowData, RowData, Empty, RowFunctions> session, in RowIdentity identity, out long key, out RowData row)
    {
        // Two identities may share a hash: the next keys are tried, which is sound because rows are never removed.
        key = unchecked((long)_hash(RowIdentity.AsBytes(in identity)));
        while (TryRead(session, key, out row))
        {
            if (RowIdentity.Same(in row.Identity, in identity)) return true;
            key = unchecked(key + 1);
        }

        return false;
    }

    private static bool TryRead(ClientSession<long, RowData, RowData, RowData, Empty, RowFunctions> session, long key, out RowData row)
    {
        row = default;
        var status = session.Read(ref key, ref row);
        if (status.IsPending) throw new InvalidOperationException("The store asked for a disk, there is none.");
        return status.Found;
    }

    private ClientSession<long, RowData, RowData, RowData, Empty, RowFunctions> Rent() =>
        _readers.TryPop(out var session) ? session : NewSession();

    private ClientSession<long, RowData, RowData, RowData, Empty, RowFunctions> NewSession() =>
        _faster.For(new RowFunctions()).NewSession<RowFunctions>();

    private sealed class RowFunctions : SimpleFunctions<long, RowData>;
}
