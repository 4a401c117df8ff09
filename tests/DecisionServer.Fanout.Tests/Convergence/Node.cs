using System.Text;

namespace DecisionServer.Fanout.Tests.Convergence;

/// <summary>A node as the fleet has them: commits, announces what it committed, follows what others announced, asks truth where news cannot tell.</summary>
internal sealed class Node(Truth truth, INewsFeed feed)
{
    private readonly Lock _following = new();
    private readonly List<string> _applied = [];

    public INewsFeed Feed => feed;

    public long FromNews { get; private set; }

    public long FromTruth { get; private set; }

    public IReadOnlyList<string> Applied
    {
        get
        {
            lock (_following)
                return [.. _applied];
        }
    }

    /// <summary>Commits, and announces unless the node dies in between.</summary>
    public async Task Commit(string content, bool announce)
    {
        NewsItem item = truth.Commit(content);
        if (announce)
            await Announce([item]);
    }

    /// <summary>One look at the news.</summary>
    public async Task Poll(int max)
    {
        long after = Applied.Count;
        NewsPage page = await feed.Read(truth.Epoch, after, max, CancellationToken.None);
        if (page.Outcome == NewsOutcome.Items)
        {
            FromNews += Follow(page.Items);
        }
        else if (page.Outcome == NewsOutcome.Gap)
        {
            FromTruth += Follow(truth.Read(after));
            feed.CaughtUp(page);
        }
    }

    private async Task Announce(IReadOnlyList<NewsItem> items)
    {
        // Given up after some tries: whoever announces next fills the hole.
        for (var tries = 0; tries < 5; tries++)
        {
            AnnounceResult result = await feed.Announce(truth.Epoch, items, CancellationToken.None);
            if (result.Succeeded)
                return;
            if (result.Outcome == AnnounceOutcome.Gap)
                items = truth.Read(result.Last, items[^1].Sequence);
            else
                await Task.Yield();
        }
    }

    private int Follow(IReadOnlyList<NewsItem> items)
    {
        lock (_following)
        {
            var count = 0;
            foreach (NewsItem item in items)
            {
                if (item.Sequence <= _applied.Count)
                    continue;
                Assert.Equal(_applied.Count + 1, item.Sequence);
                _applied.Add(Encoding.UTF8.GetString(item.Content.Span));
                count++;
            }

            return count;
        }
    }
}
