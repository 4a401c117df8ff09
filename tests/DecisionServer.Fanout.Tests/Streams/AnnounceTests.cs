namespace DecisionServer.Fanout.Tests.Streams;

public sealed class AnnounceTests
{
    [Fact]
    public async Task Announce_NewStream_BeginsWithTheFirstItemGiven()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();

        await feed.Appends(41, 43);

        await feed.Reads(40, 43);
        await feed.ReadsGap(NewsGap.Trimmed, 12);
        Assert.Equal(3, feed.Statistics.Announced);
    }

    [Fact]
    public async Task Announce_WhatIsThereAlready_AddsOnlyWhatIsMissing()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed one = await feeds.Open();
        RedisNewsFeed other = await feeds.Open();
        await one.Appends(1, 5);

        Assert.Equal(new AnnounceResult(AnnounceOutcome.Appended, 5, ""), await other.Announce(2, 4));
        await other.Appends(4, 8);

        await one.Reads(0, 8);
        Assert.Equal((5, 3), (one.Statistics.Announced, other.Statistics.Announced));
    }

    [Fact]
    public async Task Announce_BehindAHole_TellsWhereTheStreamEndsAndAddsNothing()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 5);

        Assert.Equal(new AnnounceResult(AnnounceOutcome.Gap, 5, ""), await feed.Announce(7, 9));

        await feed.Reads(0, 5);
        await feed.Appends(6, 9);
        await feed.Reads(0, 9);
    }

    [Fact]
    public async Task Announce_BehindALongHole_BeginsAnew()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open(change: options => options with { LongestHole = 10 });
        await feed.Appends(1, 5);

        Assert.Equal(AnnounceOutcome.Gap, (await feed.Announce(16, 17)).Outcome);
        await feed.Appends(17, 18);

        await feed.ReadsGap(NewsGap.Trimmed, 5);
        await feed.Reads(16, 18);
    }

    [Fact]
    public async Task Announce_AnotherEpoch_ReplacesTheStream()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 500);

        Assert.Equal(new AnnounceResult(AnnounceOutcome.EpochChanged, 3, ""), await feed.Announce(3, 3, "epoch-2"));

        await feed.Reads(2, 3, "epoch-2");
        await feed.ReadsGap(NewsGap.OtherEpoch, 3);
        Assert.Equal(1, feed.Statistics.EpochChanges);
        Assert.Contains(feeds.Lines, line => line.Contains("epoch-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Announce_Nothing_IsNoCall()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();

        Assert.True((await feed.Announce(NewsReader.Epoch, [], CancellationToken.None)).Succeeded);

        Assert.Equal("", await feeds.Redis.Command("KEYS", "*"));
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(3, 3)]
    [InlineData(3, 2)]
    public async Task Announce_NumbersThatDoNotGoOn_AreRefused(long first, long second)
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();

        await Assert.ThrowsAsync<ArgumentException>(
            () => feed.Announce(NewsReader.Epoch, [NewsReader.Item(first), NewsReader.Item(second)], CancellationToken.None));
    }

    [Fact]
    public async Task Announce_Many_GoInOrderOverSeveralCalls()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();

        await feed.Appends(1, 3_000);

        long after = 0;
        while (after < 3_000)
        {
            NewsPage page = await feed.Read(after);
            Assert.Equal(NewsOutcome.Items, page.Outcome);
            Assert.Equal(3_000, page.Last);
            foreach (NewsItem item in page.Items)
                Assert.Equal(++after, item.Sequence);
        }
    }

    [Fact]
    public async Task Announce_NumbersBeyond32Bits_AreKeptExactly()
    {
        const long High = 9_007_199_254_740_000;
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();

        await feed.Appends(High, High + 3);

        await feed.Reads(High - 1, High + 3);
        Assert.Equal(new AnnounceResult(AnnounceOutcome.Gap, High + 3, ""), await feed.Announce(High + 5, High + 5));
    }

    [Fact]
    public async Task Announce_LargeContent_IsAGapForReaders()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open(change: options => options with { MaxContentBytes = 100 });
        NewsItem[] items = [NewsReader.Item(1), new(2, new byte[101]), new(3, new byte[100]), NewsReader.Item(4)];

        Assert.Equal(new AnnounceResult(AnnounceOutcome.Appended, 4, ""), await feed.Announce(NewsReader.Epoch, items, CancellationToken.None));

        await feed.Reads(0, 1);
        await feed.ReadsGap(NewsGap.TooLarge, 1);
        NewsPage page = await feed.Read(2);
        Assert.Equal([100, "item 4".Length], page.Items.Select(item => item.Content.Length));
        Assert.DoesNotContain(new string('\0', 101), await feeds.Redis.Command("XRANGE", "{decisionserver}:news", "2-0", "2-0"));
    }

    [Fact]
    public async Task Announce_ContentsOfMoreThanABatchTogether_AllArrive()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        NewsItem[] items = [.. Enumerable.Range(1, 60).Select(number => new NewsItem(number, Contents(number)))];

        Assert.Equal(60, (await feed.Announce(NewsReader.Epoch, items, CancellationToken.None)).Last);

        NewsPage page = await feed.Read(0);
        Assert.Equal(60, page.Items.Count);
        Assert.All(page.Items, item => Assert.True(item.Content.Span.SequenceEqual(Contents((int)item.Sequence))));

        static byte[] Contents(int number)
        {
            var bytes = new byte[50_000];
            new Random(number).NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public async Task Announce_BeyondTheBound_DropsTheOldest()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open(change: options => options with { MaxItems = 1_000 });

        await feed.Appends(1, 5_000);

        long kept = long.Parse(await feeds.Redis.Command("XLEN", "{decisionserver}:news"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(kept, 1_000, 1_400);
        await feed.ReadsGap(NewsGap.Trimmed, 3_000);
        Assert.Equal(5_000, (await feed.Read(4_999)).Items[0].Sequence);
    }

    [Fact]
    public async Task Announce_OtherPrefix_IsAnotherStream()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed one = await feeds.Open();
        RedisNewsFeed other = await feeds.Open(change: options => options with { KeyPrefix = "other-fleet" });

        await one.Appends(1, 3);
        await other.Appends(70, 71, "epoch-of-other");

        await one.Reads(0, 3);
        await other.Reads(69, 71, "epoch-of-other");
    }

    [Fact]
    public async Task Announce_StreamWithAStrangersEntry_BeginsAnew()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 2);
        await feeds.Redis.Command("XADD", "{decisionserver}:news", "3-5", "who", "knows");
        await feed.ReadsGap(NewsGap.Damaged, 2);

        await feed.Appends(3, 4);

        await feed.Reads(2, 4);
        await feed.ReadsGap(NewsGap.Trimmed, 1);
    }

    [Fact]
    public async Task Announce_OutOfMemory_SaysSoAndGoesOnLater()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 2);
        await feeds.Redis.Command("CONFIG", "SET", "maxmemory", "1");

        AnnounceResult refused = await feed.Announce(3, 3);

        Assert.Equal(AnnounceOutcome.Unreachable, refused.Outcome);
        Assert.Contains("OOM", refused.Reason, StringComparison.Ordinal);
        Assert.True(feed.Health.Linked);
        Assert.Contains("OOM", feed.Health.Reason, StringComparison.Ordinal);
        await feeds.Redis.Command("CONFIG", "SET", "maxmemory", "0");
        await feed.Appends(3, 3);
        await feed.Reads(0, 3);
        Assert.Equal("", feed.Health.Reason);
    }
}
