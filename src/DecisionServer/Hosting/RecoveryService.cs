using DecisionServer.Fleet;
using DecisionServer.Journal;
using DecisionServer.Services.Decisions;
using DecisionServer.Store;

namespace DecisionServer.Hosting;

/// <summary>
/// Rebuilds what served before, in the background: the server is live meanwhile and says that it is not ready. Calls are answered
/// UNAVAILABLE until it is done (<see cref="LoadShedding"/>).
/// </summary>
internal sealed class RecoveryService(
    IJournal journal, IJournalVisitor replay, GenerationRegistry registry, DecisionWarmUp warmUp, ServerLifecycle lifecycle, IHostApplicationLifetime host,
    ILogger<RecoveryService> logger, FleetJoining? fleet = null)
    : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // After the listeners are closed and all that writes has stopped: what waits for the journal is committed, the log carried over.
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await journal.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Run(() => Recover(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Told to stop before it began, or before it was done.
        }
        catch (Exception e)
        {
            // Serving with half a memory would be worse than not serving.
            Log.RecoveryFailed(logger, e);
            Environment.ExitCode = 1;
            host.StopApplication();
        }
    }

    // The journal first: a generation that becomes current takes placements, ladder and availability as they are, and no erased member.
    private async Task Recover(CancellationToken stoppingToken)
    {
        await OpenAsync(stoppingToken);
        if (fleet is null)
        {
            registry.Recover(Serve, stop: stoppingToken);
            return;
        }

        // What served here before need not be what the fleet serves now.
        fleet.Begin();
        registry.Recover(truth: fleet.Truth, stop: stoppingToken);
        await fleet.JoinAsync(stoppingToken);
        Serve();
    }

    // Truth on another machine may come later than this server.
    private async Task OpenAsync(CancellationToken stoppingToken)
    {
        var isOpen = false;
        for (var tries = 0; ; tries++)
        {
            try
            {
                if (!isOpen) journal.Open();
                isOpen = true;
                journal.Replay(replay);
                return;
            }
            catch (JournalUnavailableException e)
            {
                if (tries % 10 == 0) Log.TruthAwaited(logger, e.Message);
                await Task.Delay(e.RetryAfter < LongestPause ? e.RetryAfter : LongestPause, stoppingToken);
            }
        }
    }

    private void Serve()
    {
        warmUp.Run();
        lifecycle.Started();
    }
}
