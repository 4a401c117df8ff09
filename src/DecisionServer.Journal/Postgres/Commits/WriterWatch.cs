namespace DecisionServer.Journal;

/// <summary>
/// Tells when what the writer is at takes longer than anybody should wait for. PostgreSQL that is there but silent is noticed by the link only when a statement's time is
/// up: until then the writer hangs, and whoever waits for it would, too.
/// </summary>
internal sealed class WriterWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _patience;
    private readonly Action<IReadOnlyList<QueuedCommand>> _tooLong;
    private readonly Timer _timer;
    private QueuedCommand[] _commands = [];
    private long _begun;
    private bool _told;

    /// <param name="patience">How long it may take.</param>
    /// <param name="tooLong">Told once, with the commands that it is about. Before <see cref="End"/> returns, if at all.</param>
    public WriterWatch(TimeSpan patience, Action<IReadOnlyList<QueuedCommand>> tooLong)
    {
        (_patience, _tooLong) = (patience, tooLong);
        _timer = new Timer(_ => Look(), null, patience / 8, patience / 8);
    }

    /// <summary>The writer begins with these commands, or with something of its own.</summary>
    public void Begin(IEnumerable<QueuedCommand> commands)
    {
        lock (_gate) (_commands, _begun, _told) = ([.. commands], TimeProvider.System.GetTimestamp(), false);
    }

    /// <summary>It is done.</summary>
    /// <returns>Whether it was told that it took too long.</returns>
    public bool End()
    {
        lock (_gate)
        {
            (_commands, _begun) = ([], 0);
            return _told;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            if (_begun == 0 || _told || TimeProvider.System.GetElapsedTime(_begun) < _patience) return;
            _told = true;
            _tooLong(_commands);
        }
    }
}
