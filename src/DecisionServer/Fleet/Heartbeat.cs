using DecisionServer.Journal;
using DecisionServer.Options;

namespace DecisionServer.Fleet;

/// <summary>
/// Tells truth that this node lives, and hears from it: who else does, what time it is, how far it is. Whatever news have not brought by then is read from truth, and
/// then the lease is renewed: this node is sure to know all that was committed before it asked.
/// </summary>
/// <remarks>
/// Where truth stays silent for <see cref="FleetOptions.Silence"/>, the node goes on answering from what it has, and says since when: an old answer is worth more to a
/// shop than none. Truth is silent, too, while it takes its time, or while what was missed is being read. Only time in which this node ran counts: one that was suspended
/// does not come that far without having asked.
/// </remarks>
internal sealed class Heartbeat(
    ISharedJournal journal, FleetOptions options, NodeIdentity identity, ServingLease lease, FleetHealth health, TruthClock truth, NodeDirectory nodes, TruthOpened opened,
    TimeProvider clock, IHostApplicationLifetime host, ILogger<Heartbeat> logger)
    : BackgroundService
{
    private readonly SemaphoreSlim _wake = new(0, 1);
    private TimeSpan _silence;
    private long _looked;

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
        catch (ObjectDisposedException)
        {
            // The server stops.
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
        try
        {
            for (var wasPrompt = true; ;)
            {
                await _wake.WaitAsync(wasPrompt && _silence == TimeSpan.Zero ? options.Beat : Look, stoppingToken);
                var asked = clock.GetTimestamp();
                if (_silence == TimeSpan.Zero) _looked = asked;
                await Hear(BeatAsync(stoppingToken), stoppingToken);

                // Of a lease that is renewed late little is left.
                wasPrompt = clock.GetElapsedTime(asked) < options.Beat;
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    // How often it is looked whether truth has answered, or asked again where it has not.
    private TimeSpan Look => options.Beat / 4;

    private async Task Hear(Task beat, CancellationToken stop)
    {
        while (await Task.WhenAny(beat, Task.Delay(Look, clock, stop)) != beat)
        {
            stop.ThrowIfCancellationRequested();
            BeSilent("it takes long to answer, or what was missed is being read");
        }

        try
        {
            await beat;
            _silence = TimeSpan.Zero;
        }
        catch (JournalUnavailableException e)
        {
            BeSilent(e.Message);
        }
    }

    private void BeSilent(string reason)
    {
        var (now, since) = (clock.GetTimestamp(), clock.GetElapsedTime(_looked));
        _silence += since < 2 * Look ? since : 2 * Look;
        _looked = now;
        if (_silence < options.Silence) return;
        if (health.Silent(reason)) Log.TruthSilent(logger, reason);
        lease.Renew(now + Timestamp(options.Lease));
    }

    private long Timestamp(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
