using DecisionServer.Fanout;
using DecisionServer.Journal;

namespace DecisionServer.Fleet;

/// <summary>
/// Announces what this node has committed. Nobody waits for it: what is not announced, because Redis is away or this node dies first, others read from truth, and
/// the next announcement of any node brings the stream up to date.
/// </summary>
internal sealed class NewsAnnouncer(ISharedJournal journal, INewsFeed feed, ILogger<NewsAnnouncer> logger) : BackgroundService
{
    // Beyond these the oldest are let go: the stream has a gap then, which truth fills.
    private const int MaxWaiting = 4_096;
    private const int ReadAtOnce = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<NewsItem> _waiting = new();
    private readonly SemaphoreSlim _some = new(0, 1);

    public override void Dispose()
    {
        _some.Dispose();
        base.Dispose();
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        journal.Committed += Add;
        return base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        journal.Committed -= Add;
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _some.WaitAsync(stoppingToken);
                await Announce(Take(), stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task Announce(List<NewsItem> items, CancellationToken cancellation)
    {
        if (items.Count == 0) return;
        var result = await feed.Announce(journal.Epoch, items, cancellation);
        if (result.Outcome == AnnounceOutcome.EpochChanged) Log.NewsReplaced(logger, journal.Epoch);
        if (result.Outcome != AnnounceOutcome.Gap) return;

        // Somebody died between commit and announcement, or the stream lost its end.
        try
        {
            var missing = await journal.Read(result.Last, ReadAtOnce, cancellation);
            if (missing.Count > 0) await feed.Announce(journal.Epoch, [.. missing.Select(change => new NewsItem(change.Sequence, change.Content))], cancellation);
        }
        catch (JournalUnavailableException)
        {
            // The next commit finds the gap again.
        }
    }

    // On the journal's thread.
    private void Add(IReadOnlyList<Change> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes) _waiting.Enqueue(new NewsItem(change.Sequence, change.Content));
            while (_waiting.Count > MaxWaiting) _waiting.Dequeue();
            if (_some.CurrentCount == 0) _some.Release();
        }
    }

    // Two commits may tell of the same changes of others; holes come from what was let go.
    private List<NewsItem> Take()
    {
        lock (_gate)
        {
            var items = new List<NewsItem>(_waiting.Count);
            while (_waiting.TryPeek(out var next) && (items.Count == 0 || next.Sequence <= items[^1].Sequence + 1))
            {
                _waiting.Dequeue();
                if (items.Count == 0 || next.Sequence > items[^1].Sequence) items.Add(next);
            }

            if (_waiting.Count > 0 && _some.CurrentCount == 0) _some.Release();
            return items;
        }
    }
}
