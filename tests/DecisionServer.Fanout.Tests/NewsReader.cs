using System.Text;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Fanout.Tests;

/// <summary>What the tests say to a feed, and the words in which they look at its answers.</summary>
internal static class NewsReader
{
    public const string Epoch = "epoch-1";

    public static NewsItem Item(long number) => new(number, Encoding.UTF8.GetBytes($"item {number}"));

    public static NewsItem[] Items(long first, long last) => [.. Enumerable.Range(0, (int)(last - first + 1)).Select(index => Item(first + index))];

    public static Task<AnnounceResult> Announce(this INewsFeed feed, long first, long last, string epoch = Epoch) =>
        feed.Announce(epoch, Items(first, last), CancellationToken.None);

    public static async Task Appends(this INewsFeed feed, long first, long last, string epoch = Epoch) =>
        Assert.Equal(new AnnounceResult(AnnounceOutcome.Appended, last, ""), await feed.Announce(first, last, epoch));

    public static Task<NewsPage> Read(this INewsFeed feed, long after, int max = 1_000, string epoch = Epoch) =>
        feed.Read(epoch, after, max, CancellationToken.None);

    /// <summary>Reads and expects exactly these items.</summary>
    public static async Task Reads(this INewsFeed feed, long after, long last, string epoch = Epoch)
    {
        NewsPage page = await feed.Read(after, epoch: epoch);
        Assert.True(page.Outcome == NewsOutcome.Items, $"{page.Outcome} {page.Gap} {page.Reason}");
        Assert.Equal(
            Items(after + 1, last).Select(item => (item.Sequence, Encoding.UTF8.GetString(item.Content.Span))),
            page.Items.Select(item => (item.Sequence, Encoding.UTF8.GetString(item.Content.Span))));
    }

    public static async Task<NewsPage> ReadsGap(this INewsFeed feed, NewsGap gap, long after, string epoch = Epoch)
    {
        NewsPage page = await feed.Read(after, epoch: epoch);
        Assert.Equal((NewsOutcome.Gap, gap), (page.Outcome, page.Gap));
        Assert.NotEmpty(page.Reason);
        return page;
    }

    public static async Task ReadsNothing(this INewsFeed feed, long after, string epoch = Epoch)
    {
        NewsPage page = await feed.Read(after, epoch: epoch);
        Assert.Equal((NewsOutcome.Nothing, ""), (page.Outcome, page.Reason));
    }

    /// <summary>As a reader that has just read truth to its end.</summary>
    public static async Task CatchUp(this INewsFeed feed, long after, string epoch = Epoch)
    {
        await Eventually.True(
            async () =>
            {
                NewsPage page = await feed.Read(after, epoch: epoch);
                feed.CaughtUp(page);
                return page.Outcome == NewsOutcome.Nothing;
            },
            "the reader trusts the stream");
    }

    public static Task Linked(this INewsFeed feed) => Eventually.True(() => feed.Health.Linked, "the feed is linked");

    public static Task Unlinked(this INewsFeed feed) => Eventually.True(() => !feed.Health.Linked, "the feed has noticed");
}
