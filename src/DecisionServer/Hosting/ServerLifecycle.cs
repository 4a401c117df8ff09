namespace DecisionServer.Hosting;

/// <summary>Where the server is in its life.</summary>
public enum ServerPhase
{
    /// <summary>Rebuilds what served before; calls are not answered yet.</summary>
    Starting,

    /// <summary>Answers calls.</summary>
    Serving,

    /// <summary>Told to stop: calls in flight end, readiness is withdrawn.</summary>
    Draining,
}

/// <summary>The server's phase, and the signal for calls that would otherwise never end.</summary>
public sealed class ServerLifecycle : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private readonly Lock _changing = new();
    private volatile ServerPhase _phase = ServerPhase.Starting;

    /// <summary>The phase now.</summary>
    public ServerPhase Phase => _phase;

    /// <summary>
    /// Cancelled when draining begins. Streams without an end of their own (watches) end on it; calls that do end take no notice.
    /// </summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>What served before serves again.</summary>
    public void Started()
    {
        // A server that was told to stop meanwhile stays so.
        lock (_changing)
        {
            if (_phase == ServerPhase.Starting)
                _phase = ServerPhase.Serving;
        }
    }

    /// <summary>The server was told to stop.</summary>
    public void Drain()
    {
        lock (_changing)
            _phase = ServerPhase.Draining;
        _draining.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _draining.Dispose();
}
