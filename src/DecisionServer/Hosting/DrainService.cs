using System.Runtime.InteropServices;
using DecisionServer.Options;

namespace DecisionServer.Hosting;

/// <summary>
/// The way out. First signal: readiness is withdrawn, watches end, new calls are still taken for <c>Listen:NoticeSeconds</c>; then the
/// listeners close (clients are told by GOAWAY) and calls in flight have <c>Listen:DrainSeconds</c> to end. Second signal: the process ends at once.
/// </summary>
internal sealed class DrainService(
    ServerOptions options, ServerLifecycle lifecycle, CallGate gate, KestrelSetup kestrel, IHostApplicationLifetime host, ILogger<DrainService> logger)
    : IHostedLifecycleService, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _told;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Told));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Told));
        host.ApplicationStarted.Register(OnStarted);
        host.ApplicationStopping.Register(OnStopping);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After the listeners. The token is cancelled once the time to drain is over, and what was in flight then is cut off.
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            Log.CutOff(logger, options.Listen.Drain.TotalSeconds);
        else
            Log.Stopped(logger);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
    }

    private void OnStarted()
    {
        Log.Listening(logger, kestrel.GrpcAddress, kestrel.HttpAddress, options.NodeName, options.DataDirectory);
        if (options.ClockNow is { } now)
            Log.FixedClock(logger, now);
        foreach (Uri address in new[] { kestrel.GrpcAddress, kestrel.HttpAddress })
        {
            if (options.Listen.AllowInsecure && !address.IsLoopback)
                Log.Insecure(logger, address);
        }
    }

    private void OnStopping()
    {
        Log.Draining(logger, gate.Calls, gate.Streams, options.Listen.Drain.TotalSeconds);
        lifecycle.Drain();

        // Stopping goes on when this returns, so the time for load balancers to notice is spent here.
        if (options.Listen.Notice > TimeSpan.Zero)
            Thread.Sleep(options.Listen.Notice);
    }

    private void Told(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _told) == 1)
        {
            // Not on the signal's thread: OnStopping may take its time, and the second signal must be heard meanwhile.
            ThreadPool.QueueUserWorkItem(static lifetime => ((IHostApplicationLifetime)lifetime!).StopApplication(), host);
            return;
        }

        Log.StoppedAtOnce(logger);
        Environment.Exit(signal.Signal == PosixSignal.SIGINT ? 130 : 143);
    }
}
