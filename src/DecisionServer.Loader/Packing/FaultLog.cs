namespace DecisionServer.Loader;

/// <summary>Counts and prints bad rows, the loader's own findings and the server's, and knows when there are too many. Thread-safe.</summary>
internal sealed class FaultLog(ErrorConsole console, int most)
{
    // A load with a generous --max-errors does not flood the terminal.
    private const int MostPrinted = 1_000;

    // For the machine-readable report.
    private const int MostKept = 100;

    private readonly Lock _lock = new();
    private readonly List<string> _kept = [];
    private long _count;
    private long _own;

    /// <summary>Bad rows and refused sets so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Most bad rows before the load stops (--max-errors).</summary>
    public int Most => most;

    /// <summary>True: more bad rows than allowed; the load must stop.</summary>
    public bool IsExceeded => Count > most;

    /// <summary>The first of them, as printed.</summary>
    public IReadOnlyList<string> First
    {
        get
        {
            lock (_lock) return [.. _kept];
        }
    }

    /// <param name="fault">The fault.</param>
    /// <param name="byServer">The server found it.</param>
    public void Add(InputFault fault, bool byServer = false)
    {
        lock (_lock)
        {
            _count++;
            if (!byServer) _own++;
            if (_count > (long)most + 1) return;
            if (_kept.Count < MostKept) _kept.Add(fault.ToString());
            if (_count <= MostPrinted) console.Say(fault.ToString());
            if (_count == MostPrinted) console.Say($"({MostPrinted} faults printed, further ones are only counted)");
        }
    }

    /// <summary>The inputs are read again from the beginning: what was found in them will be found again. The server's findings stay.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _count -= _own;
            _own = 0;
        }
    }

    /// <summary>Counts faults whose rows are not known any more (the answer was lost in a cut, or they are of a run before).</summary>
    public void AddUnseen(long count)
    {
        lock (_lock) _count += count;
    }
}
