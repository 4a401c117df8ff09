using DecisionServer.Fanout;
using DecisionServer.Journal;
using DecisionServer.Options;

namespace DecisionServer.Fleet;

/// <summary>
/// Reads news as soon as the doorbell rings, and every <see cref="FleetOptions.Poll"/> whether or not it does. What the stream cannot tell is read from truth.
/// </summary>
internal sealed class NewsReader(
    ISharedJournal journal, INewsFeed feed, FleetOptions options, TruthOpened opened, FleetHealth health, ILogger<NewsReader> logger)
    : BackgroundService
{
    private const int ItemsAtOnce = 512;
    private readonly SemaphoreSlim _rung = new(0, 1);
    private bool _wasLinked = true;

    public override void Dispose()
    {
        _rung.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        feed.Rang += Ring;
        try
        {
            if (!await opened.WaitAsync(stoppingToken)) return;
            while (true)
            {
                await ReadAsync(stoppingToken);
                await _rung.WaitAsync(options.Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        finally
        {
            feed.Rang -= Ring;
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var applied = journal.Applied;
            var page = await feed.Read(journal.Epoch, applied, ItemsAtOnce, cancellation);
            Tell(page);
            switch (page.Outcome)
            {
                case NewsOutcome.Items when journal.Follow([.. page.Items.Select(item => new Change(item.Sequence, item.Content))]):
                    // They wait where an own commit among them is still under way, however long that takes: reading them again would change nothing.
                    if (journal.Applied == applied) return;
                    continue;
                case NewsOutcome.Nothing or NewsOutcome.Unreachable:
                    return;
            }

            try
            {
                var caughtUp = await journal.CatchUp(cancellation);
                if (caughtUp.Changes > 0 || caughtUp.Replayed) health.Resynced(caughtUp.Replayed);
                feed.CaughtUp(page);
            }
            catch (JournalUnavailableException)
            {
                return;
            }
        }
    }

    private void Tell(NewsPage page)
    {
        var linked = page.Outcome != NewsOutcome.Unreachable;
        if (linked == _wasLinked) return;
        _wasLinked = linked;
        health.News(linked);
        if (linked) Log.NewsFlow(logger);
        else Log.NewsStopped(logger, page.Reason);
    }

    private void Ring(long sequence)
    {
        if (sequence <= journal.Applied) return;
        try
        {
            _rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has rung already.
        }
    }
}
