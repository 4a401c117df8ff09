using DecisionServer.Fleet;
using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>
/// Carries impressions counted by decisions to the journal, twice a second: a crash loses those that were counted since, so at most
/// the impressions of the last second. They are the only thing that is acknowledged before it is durable. Each chunk has a number, under which truth notes it:
/// one whose commit was in doubt is written again and counts once.
/// </summary>
internal sealed class ImpressionFlusher(MemberWriter writer, IJournal journal, NodeIdentity identity, ILogger<ImpressionFlusher> logger) : BackgroundService
{
    /// <summary>Impressions in one command: the writer must not be kept from other commands for long.</summary>
    private const int MaxInCommand = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private readonly SemaphoreSlim _one = new(1);
    private long _reportedDropped;

    /// <summary>Writes all that waits now.</summary>
    /// <exception cref="JournalUnavailableException">The journal takes nothing; what was not written waits again.</exception>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        var log = writer.Members.Impressions;
        var waiting = log.Waiting;
        if (waiting == 0) return;
        await _one.WaitAsync(cancellation);
        try
        {
            // What decisions add meanwhile may wait for the next time.
            for (var written = 0; written < waiting && log.BeginChunk(MaxInCommand); written += MaxInCommand)
                await journal.Write(new FlushImpressionsCommand(writer, identity.Name, identity.Incarnation), CancellationToken.None);
        }
        finally
        {
            _one.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryFlushAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Told to stop; the last flush comes with it.
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellation)
    {
        try
        {
            await FlushAsync(cancellation);
        }
        catch (JournalUnavailableException)
        {
            // The journal says why, and how it goes on; here they wait, up to a limit.
        }

        var dropped = writer.Members.Impressions.Dropped;
        if (dropped == _reportedDropped) return;
        Log.ImpressionsDropped(logger, dropped - _reportedDropped, ImpressionLog.MaxWaiting);
        _reportedDropped = dropped;
    }
}
