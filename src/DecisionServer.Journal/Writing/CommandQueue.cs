namespace DecisionServer.Journal;

/// <summary>What waits for the writer, bounded.</summary>
internal sealed class CommandQueue(int capacity)
{
    // A monitor, because the writer waits on it.
    private readonly object _gate = new();
    private readonly Queue<QueuedCommand> _waiting = new();
    private bool _closed;

    /// <summary>Commands that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>False: full or closed.</summary>
    public bool TryAdd(QueuedCommand command)
    {
        lock (_gate)
        {
            if (_closed || _waiting.Count >= capacity) return false;
            _waiting.Enqueue(command);
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Moves what waits into <paramref name="batch"/>; where nothing does, waits for the first, or until the time is up.</summary>
    /// <returns>False: closed, and nothing waits.</returns>
    public bool Take(List<QueuedCommand> batch, int max, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_closed && timeout > TimeSpan.Zero) Monitor.Wait(_gate, timeout);
            while (batch.Count < max && _waiting.TryDequeue(out var command)) batch.Add(command);
            return batch.Count > 0 || !_closed;
        }
    }

    /// <summary>No more commands are taken in; the writer ends once none waits.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }
}
