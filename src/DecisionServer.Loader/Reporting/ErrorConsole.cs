namespace DecisionServer.Loader;

/// <summary>Stderr, shared by faults, notes and the line of progress that renews itself: none is written into another. Thread-safe.</summary>
internal sealed class ErrorConsole(TextWriter writer, bool isTerminal)
{
    private readonly Lock _lock = new();
    private bool _lineIsOpen;

    /// <summary>True: <see cref="Renew"/> overwrites its last line.</summary>
    public bool IsTerminal => isTerminal;

    /// <summary>Writes a line that stays.</summary>
    public void Say(string message)
    {
        lock (_lock)
        {
            CloseLine();
            writer.WriteLine(message);
        }
    }

    /// <summary>Writes the state of things: over the last such line on a terminal, else as a line of its own.</summary>
    public void Renew(string line)
    {
        lock (_lock)
        {
            if (isTerminal) writer.Write($"\r{line}\e[K");
            else writer.WriteLine(line);
            _lineIsOpen = isTerminal;
        }
    }

    /// <summary>Leaves the last line of progress standing.</summary>
    public void End()
    {
        lock (_lock) CloseLine();
    }

    private void CloseLine()
    {
        if (_lineIsOpen) writer.WriteLine();
        _lineIsOpen = false;
    }
}
