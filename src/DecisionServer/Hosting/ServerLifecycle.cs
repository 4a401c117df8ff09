namespace DecisionServer.Hosting;

/// <summary>Where the server is in its life.</summary>
public enum ServerPhase
{
    /// <summary>Not listening yet.</summary>
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
    private volatile ServerPhase _phase = ServerPhase.Starting;

    /// <summary>The phase now.</summary>
    public ServerPhase Phase => _phase;

    /// <summary>
    /// Cancelled when draining begins. Streams without an end of their own (watches) end on it; calls that do end take no notice.
    /// </summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>The server listens.</summary>
    public void Started() => _phase = ServerPhase.Serving;

    /// <summary>The server was told to stop.</summary>
    public void Drain()
    {
        _phase = ServerPhase.Draining;
        _draining.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose() => _draining.Dispose();
}
