using DecisionServer.Hosting;

namespace DecisionServer.Health;

/// <summary>Notices changes of readiness, ten times a second, for those who watch: one timer, however many they are.</summary>
internal sealed class ReadinessMonitor(
    Readiness readiness, ServerLifecycle lifecycle, ICurrentGeneration generations, TimeProvider clock, ILogger<ReadinessMonitor> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenRegistration onDrain = lifecycle.Draining.Register(readiness.Signal);
        using var timer = new PeriodicTimer(Interval, clock);
        (bool Serving, bool Deciding) last = default;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                (bool Serving, bool Deciding) now = (readiness.Serving, readiness.Deciding);
                if (now == last)
                    continue;
                if (now.Deciding && generations.Id is { } id)
                    Log.Ready(logger, id);
                last = now;
                readiness.Signal();
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
