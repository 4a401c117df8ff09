using DecisionServer.Journal;
using DecisionServer.Services.Decisions;
using DecisionServer.Store;

namespace DecisionServer.Hosting;

/// <summary>
/// Rebuilds what served before, in the background: the server is live meanwhile and says that it is not ready. Calls are answered
/// UNAVAILABLE until it is done (<see cref="LoadShedding"/>).
/// </summary>
internal sealed class RecoveryService(
    IJournal journal, Serving serving, ErasureLog erasures, GenerationRegistry registry, DecisionWarmUp warmUp, ServerLifecycle lifecycle, IHostApplicationLifetime host, ILogger<RecoveryService> logger)
    : BackgroundService
{
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
    private void Recover(CancellationToken stoppingToken)
    {
        journal.Open();
        journal.Replay(new ServingReplay(serving, erasures));
        registry.Recover(Serve, stoppingToken);
    }

    private void Serve()
    {
        warmUp.Run();
        lifecycle.Started();
    }
}
