using System.Diagnostics;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Fanout.Tests.Links;

/// <summary>Redis goes away in every way it can, and comes back. No call throws, each ends in its time, and the feed comes back by itself.</summary>
[Trait("Category", "Fault")]
public sealed class OutageTests
{
    // Operation time in these tests, and what a call may take at most: a busy machine included.
    private const string Short = ",syncTimeout=500,connectTimeout=500";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Calls_NobodyThereAtStart_AreUnreachableUntilSomebodyIs()
    {
        await using Feeds feeds = await Feeds.Start();
        await feeds.Redis.Kill();
        RedisNewsFeed feed = feeds.OpenUnlinked();

        await Eventually.True(() => feed.Health.Reason.Contains("connection failed", StringComparison.Ordinal), "the feed says why");
        await IsUnreachable(feed);

        await feeds.Redis.StartAgain();
        await feed.Linked();
        await feed.Appends(1, 3);
    }

    [Fact]
    public async Task Calls_RedisKilledAndStartedEmpty_GoOnByThemselves()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        await feeds.Redis.Kill();
        await feed.Unlinked();
        DateTimeOffset since = feed.Health.Since;
        await IsUnreachable(feed);
        Assert.NotEqual("", feed.Health.Reason);
        await feeds.Redis.StartAgain();
        await feed.Linked();

        Assert.True(feed.Health.Since >= since);
        await feed.ReadsGap(NewsGap.Emptied, 10);
        await feed.Appends(11, 12);
        await feed.Reads(10, 12);
        Assert.True(feed.Statistics.Reconnects >= 1);
        Assert.True(feed.Statistics.Failures >= 2);
    }

    [Fact]
    public async Task Calls_RedisSuspended_EndInTimeAndGoOnAfterwards()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open(feeds.Redis.Address + Short);
        await feed.Appends(1, 10);
        feeds.Redis.Suspend();
        try
        {
            await IsUnreachable(feed);
            await feed.Unlinked();
        }
        finally
        {
            feeds.Redis.Resume();
        }

        await feed.Linked();
        await feed.Reads(0, 10);
        await feed.Appends(11, 11);
    }

    [Fact]
    public async Task Link_Cut_ComesBackWhenHealed()
    {
        await using Feeds feeds = await Feeds.Start();
        await using var proxy = FaultProxy.Start(feeds.Redis.Port);
        RedisNewsFeed feed = await feeds.Open(proxy.Address + Short);
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        proxy.Cut();
        await feed.Unlinked();
        await IsUnreachable(feed);
        proxy.Heal();
        await feed.Linked();

        // The same stream of the same run of Redis: nothing can be missing.
        await feed.ReadsNothing(10);
        await feed.Appends(11, 11);
    }

    [Theory]
    [InlineData(LinkWay.Both)]
    [InlineData(LinkWay.ToServer)]
    [InlineData(LinkWay.ToClient)]
    public async Task Link_HalfOpen_IsNoticedAndMadeAnew(LinkWay ways)
    {
        await using Feeds feeds = await Feeds.Start();
        await using var proxy = FaultProxy.Start(feeds.Redis.Port);
        RedisNewsFeed feed = await feeds.Open(proxy.Address + Short);
        await feed.Appends(1, 10);

        proxy.Swallow(ways);
        await feed.Unlinked();
        await IsUnreachable(feed);
        proxy.Heal();

        await feed.Linked();
        await feed.Reads(0, 10);
    }

    [Fact]
    public async Task Announce_AnswerLost_IsDoneOnceHoweverOftenItIsRepeated()
    {
        await using Feeds feeds = await Feeds.Start();
        await using var proxy = FaultProxy.Start(feeds.Redis.Port);
        RedisNewsFeed feed = await feeds.Open(proxy.Address + Short);
        RedisNewsFeed witness = await feeds.Open();
        await feed.Appends(1, 10);

        proxy.Swallow(LinkWay.ToClient);
        Assert.Equal(AnnounceOutcome.Unreachable, (await feed.Announce(11, 12)).Outcome);
        await Eventually.True(async () => (await witness.Read(10)).Items.Count == 2, "it was done all the same");
        proxy.Heal();
        await feed.Linked();

        await feed.Appends(11, 13);
        await witness.Reads(0, 13);
    }

    [Fact]
    public async Task Link_DelayedAndReset_StaysOfUse()
    {
        await using Feeds feeds = await Feeds.Start();
        await using var proxy = FaultProxy.Start(feeds.Redis.Port);
        RedisNewsFeed feed = await feeds.Open(proxy.Address);

        proxy.Delay(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        await feed.Appends(1, 10);
        await feed.Reads(0, 10);

        proxy.Reset();
        await Eventually.True(async () => (await feed.Announce(11, 11)).Succeeded, "it announces again");
        await feed.Reads(9, 11);
    }

    [Fact]
    public async Task Read_SlowLink_GetsThroughWithLessAtATime()
    {
        await using Feeds feeds = await Feeds.Start();
        await using var proxy = FaultProxy.Start(feeds.Redis.Port);
        RedisNewsFeed feed = await feeds.Open(proxy.Address + ",syncTimeout=1000,connectTimeout=10000");
        RedisNewsFeed other = await feeds.Open();
        NewsItem[] items = [.. Enumerable.Range(1, 200).Select(number => new NewsItem(number, new byte[2_000]))];
        Assert.True((await other.Announce(NewsReader.Epoch, items, CancellationToken.None)).Succeeded);

        proxy.Throttle(40_000);

        // 400 kB at once would take ten seconds; a call may take one.
        await Eventually.True(async () => (await feed.Read(0)).Outcome == NewsOutcome.Items, "some of it comes through");
    }

    [Fact]
    public async Task Calls_WrongPassword_SayWhatToDoAndNotThePassword()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed right = await feeds.Open();
        await feeds.Redis.Command("CONFIG", "SET", "requirepass", "r1ght");
        RedisNewsFeed wrong = feeds.OpenUnlinked(feeds.Redis.Address + ",password=wr0ng");

        await Eventually.True(() => wrong.Health.Reason.Contains("check password= in Fanout:Redis", StringComparison.Ordinal), "it says so");

        RedisNewsFeed other = await feeds.Open(feeds.Redis.Address + ",password=r1ght");
        await other.Appends(1, 1);
        await right.Reads(0, 1);
        Assert.DoesNotContain(feeds.Lines, line => line.Contains("r1ght", StringComparison.Ordinal) || line.Contains("wr0ng", StringComparison.Ordinal));
        Assert.DoesNotContain("wr0ng", wrong.Health.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WhileRedisIsSuspended_EndsInTime()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open(feeds.Redis.Address + Short);
        feeds.Redis.Suspend();
        try
        {
            await feed.DisposeAsync().AsTask().WaitAsync(Bound);
        }
        finally
        {
            feeds.Redis.Resume();
        }

        await IsUnreachable(feed);
    }

    [Fact]
    public async Task Calls_Cancelled_SaySo()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        using var cancelled = new CancellationTokenSource();
        feeds.Redis.Suspend();
        try
        {
            Task<NewsPage> reading = feed.Read(NewsReader.Epoch, 0, 1, cancelled.Token);
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }
        finally
        {
            feeds.Redis.Resume();
        }
    }

    private static async Task IsUnreachable(RedisNewsFeed feed)
    {
        var watch = Stopwatch.StartNew();
        AnnounceResult announced = await feed.Announce(1_000, 1_000);
        NewsPage page = await feed.Read(0);
        Assert.Equal((AnnounceOutcome.Unreachable, NewsOutcome.Unreachable), (announced.Outcome, page.Outcome));
        Assert.NotEqual("", announced.Reason);
        Assert.NotEqual("", page.Reason);
        Assert.True(watch.Elapsed < Bound, $"it took {watch.Elapsed}");
    }
}
