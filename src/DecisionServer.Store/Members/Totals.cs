using System.Collections.Concurrent;

namespace DecisionServer.Store;

/// <summary>The counters of caps in total: exact, read and counted up from any thread without locks.</summary>
public sealed class Totals
{
    /// <summary>Most counters.</summary>
    public const int MaxCounters = 1_000_000;

    // A calendar period in the upper bits and the count in the lower ones: one word, so that both change as one.
    private const int CountBits = 40;
    private const long CountMask = (1L << CountBits) - 1;
    private readonly ConcurrentDictionary<ulong, Cell> _cells = new();
    private int _count;

    /// <summary>How many counters there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether so many more counters fit.</summary>
    public bool HasRoom(int more) => Count + more <= MaxCounters;

    /// <summary>Events counted in a period; 0 for windows that are not of the calendar.</summary>
    public long Get(ulong key, int period) => _cells.TryGetValue(key, out var cell) ? Read(Volatile.Read(ref cell.Word), period) : 0;

    /// <summary>Counts an event. One of a period that is over counts nowhere.</summary>
    public void Add(ulong key, int period) => TryAdd(key, period, CountMask);

    /// <summary>Counts an event unless the limit is reached. False: it is, nothing was counted.</summary>
    public bool TryAdd(ulong key, int period, long limit)
    {
        var cell = CellOf(key);
        while (true)
        {
            var word = Volatile.Read(ref cell.Word);
            if ((word >> CountBits) > period) return true;
            var count = Read(word, period);
            if (count >= limit) return false;
            if (Interlocked.CompareExchange(ref cell.Word, Pack(period, count + 1), word) == word) return true;
        }
    }

    /// <summary>Takes back an event that was counted in a period.</summary>
    public void Remove(ulong key, int period)
    {
        if (!_cells.TryGetValue(key, out var cell)) return;
        while (true)
        {
            var word = Volatile.Read(ref cell.Word);
            var count = Read(word, period);
            if (count == 0 || Interlocked.CompareExchange(ref cell.Word, Pack(period, count - 1), word) == word) return;
        }
    }

    /// <summary>For start-up: sets a counter.</summary>
    public void Set(ulong key, int period, long count) => CellOf(key).Word = Pack(period, count);

    /// <summary>A sum over all counters, equal on nodes that count the same.</summary>
    public ulong Digest()
    {
        var sum = 0UL;
        foreach (var (key, cell) in _cells)
        {
            var word = Volatile.Read(ref cell.Word);
            if ((word & CountMask) != 0) sum += XxHash64.Hash(BitConverter.GetBytes(word), key);
        }

        return sum;
    }

    private Cell CellOf(ulong key)
    {
        if (_cells.TryGetValue(key, out var cell)) return cell;
        var made = new Cell();
        cell = _cells.GetOrAdd(key, made);
        if (cell == made) Interlocked.Increment(ref _count);
        return cell;
    }

    private static long Pack(int period, long count) => ((long)period << CountBits) | count;

    private static long Read(long word, int period) => (word >> CountBits) == period ? word & CountMask : 0;

    private sealed class Cell
    {
        public long Word;
    }
}
