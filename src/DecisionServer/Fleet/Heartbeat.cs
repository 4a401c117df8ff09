using DecisionServer.Journal;
using DecisionServer.Options;

namespace DecisionServer.Fleet;

/// <summary>
/// Tells truth that this node lives, and hears from it: who else does, what time it is, how far it is. Whatever news have not brought by then is read from truth, and
/// then the lease is renewed: this node is sure to know all that was committed before it asked.
/// </summary>
/// <remarks>
/// Where truth stays silent for <see cref="FleetOptions.Silence"/>, the node goes on answering from what it has, and says since when: an old answer is worth more to a
/// shop than none. A node that was suspended does not come that far without having asked.
/// </remarks>
internal sealed class Heartbeat(
    ISharedJournal journal, FleetOptions options, NodeIdentity identity, ServingLease lease, FleetHealth health, TruthClock truth, NodeDirectory nodes, TruthOpened opened,
    TimeProvider clock, IHostApplicationLifetime host, ILogger<Heartbeat> logger)
    : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Beats now rather than at the next interval: this node's state is another one, or something is waited for.</summary>
    public void Hurry()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It hurries already.
        }
    }

    /// <summary>Tells the others that this node need not be waited for.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            using var soon = new CancellationTokenSource(options.Silence, clock);
            await journal.Leave(identity.Name, identity.Incarnation, soon.Token);
        }
        catch (Exception e) when (e is JournalUnavailableException or OperationCanceledException)
        {
            // They notice by its silence.
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    /// <summary>Asks once: at start, before the loop runs, and in it.</summary>
    /// <exception cref="JournalUnavailableException">Truth does not answer.</exception>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        var asked = clock.GetTimestamp();
        var view = await journal.Beat(identity.Record(journal.Applied), cancellation);
        truth.Observe(asked, clock.GetTimestamp(), view.Now);
        if (view.Epoch != journal.Epoch)
        {
            // Everything in memory may be of a history that does not exist any more: what was erased there, what was published.
            Log.TruthReplaced(logger, journal.Epoch, view.Epoch);
            Environment.ExitCode = 1;
            host.StopApplication();
            return;
        }

        if (view.Sequence > journal.Applied)
        {
            var caughtUp = await journal.CatchUp(cancellation);
            if (caughtUp.Changes > 0 || caughtUp.Replayed) health.Resynced(caughtUp.Replayed);
        }

        nodes.Seen(view);
        lease.Renew(asked + Timestamp(options.Lease));
        if (health.Heard(asked)) Log.TruthHeard(logger, journal.Applied);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await opened.WaitAsync(stoppingToken)) return;
        var silentSince = 0L;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(silentSince == 0 ? options.Beat : options.Beat / 4, stoppingToken);
                await BeatAsync(stoppingToken);
                silentSince = 0;
            }
            catch (JournalUnavailableException e)
            {
                if (silentSince == 0) silentSince = clock.GetTimestamp();
                if (clock.GetElapsedTime(silentSince) < options.Silence) continue;
                if (health.Silent(e.Message)) Log.TruthSilent(logger, e.Message);
                lease.Renew(clock.GetTimestamp() + Timestamp(options.Lease));
            }
            catch (OperationCanceledException)
            {
                // Told to stop.
            }
        }
    }

    private long Timestamp(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
