using DecisionServer.Tests.Processes;

namespace DecisionServer.Fanout.Tests.Streams;

public sealed class ReadTests
{
    private const string Stream = "{decisionserver}:news";

    [Fact]
    public async Task Read_StreamNotKnownYet_IsAGapUntilCaughtUp()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();

        await feed.ReadsGap(NewsGap.Emptied, 7);
        NewsPage gap = await feed.ReadsGap(NewsGap.Emptied, 7);
        feed.CaughtUp(gap);

        await feed.ReadsNothing(7);
        await feed.ReadsNothing(8);
        Assert.Equal(2, feed.Statistics.Gaps);
    }

    [Fact]
    public async Task Read_WhatFollows_NeedsNoTrust()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 5);

        await feed.Reads(0, 5);
        await feed.Reads(4, 5);
        Assert.Equal([3], (await feed.Read(2, max: 1)).Items.Select(item => item.Sequence));
        Assert.Equal(7, feed.Statistics.Read);
    }

    [Fact]
    public async Task Read_AheadOfTheStream_IsNothing()
    {
        // A node has its own commits before they are announced.
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 5);
        await feed.CatchUp(9);

        await feed.ReadsNothing(9);
        await feed.Appends(6, 10);
        await feed.Reads(9, 10);
    }

    [Fact]
    public async Task Read_Trimmed_IsAGap()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        await feeds.Redis.Command("XTRIM", Stream, "MINID", "6-0");
        await feed.ReadsGap(NewsGap.Trimmed, 4);
        await feed.Reads(5, 10);

        await feeds.Redis.Command("XTRIM", Stream, "MAXLEN", "0");
        await feed.ReadsGap(NewsGap.Trimmed, 9);
        await feed.ReadsNothing(10);
        await feed.Appends(11, 11);
        await feed.Reads(10, 11);
    }

    [Fact]
    public async Task Read_EntryMissingInTheMiddle_EndsBeforeIt()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);

        await feeds.Redis.Command("XDEL", Stream, "4-0");

        await feed.Reads(0, 3);
        await feed.ReadsGap(NewsGap.Trimmed, 3);
        await feed.Reads(4, 10);
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("DEL", Stream)]
    [InlineData("DEL", Stream + ":head")]
    public async Task Read_Emptied_IsAGapThoughNumbersWouldFit(params string[] command)
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        RedisNewsFeed other = await feeds.Open();
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        // 11 is announced and lost before this reader saw it.
        await other.Appends(11, 11);
        await feeds.Redis.Command(command);
        await feed.ReadsGap(NewsGap.Emptied, 10);

        // Somebody else has begun a stream meanwhile: that is no reason to trust it.
        await other.CatchUp(11);
        await feed.CatchUp(11);
        await other.Appends(12, 12);
        await feed.Reads(11, 12);
    }

    [Fact]
    public async Task Read_EmptiedAndGoneOn_GivesItemsThatFollow()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        await feeds.Redis.Command("FLUSHALL");
        await feed.Appends(11, 12);

        await feed.Reads(10, 12);
        await feed.ReadsGap(NewsGap.Emptied, 12);
    }

    [Fact]
    public async Task Read_CaughtUpBeforeTheStreamWasEmptied_IsNotTrusted()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);
        NewsPage old = await feed.ReadsGap(NewsGap.Emptied, 10);

        await feeds.Redis.Command("FLUSHALL");
        feed.CaughtUp(old);

        await feed.ReadsGap(NewsGap.Emptied, 10);
    }

    [Fact]
    public async Task Read_OtherEpoch_IsReplacedOnlyOnceTruthWasAsked()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        RedisNewsFeed other = await feeds.Open();
        await other.Appends(1, 10, "old");

        NewsPage gap = await feed.ReadsGap(NewsGap.OtherEpoch, 3, "new");
        await feed.ReadsGap(NewsGap.OtherEpoch, 3, "new");
        await other.Reads(3, 10, "old");

        feed.CaughtUp(gap);
        feed.CaughtUp(await feed.ReadsGap(NewsGap.Emptied, 3, "new"));
        await feed.ReadsNothing(3, "new");
        await other.ReadsGap(NewsGap.OtherEpoch, 10, "old");
    }

    [Fact]
    public async Task Read_RestartedWithAllItsData_IsAGapUntilCaughtUp()
    {
        // That it has everything cannot be known: an append-only file may lack its end.
        await using Feeds feeds = await Feeds.Start("--appendonly", "yes", "--appendfsync", "always");
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        await feeds.Redis.Kill();
        await feeds.Redis.StartAgain();
        await Eventually.True(async () => (await feed.Read(5)).Outcome == NewsOutcome.Items, "the stream can be read again");

        await feed.ReadsGap(NewsGap.OtherServer, 10);
        await feed.CatchUp(10);
        await feed.Appends(11, 11);
        await feed.Reads(9, 11);
    }

    [Fact]
    public async Task Read_WithoutTheRightToAskForTheServersRun_WorksAllTheSame()
    {
        await using Feeds feeds = await Feeds.Start();
        await feeds.Redis.Command("ACL", "SETUSER", "default", "-info");
        RedisNewsFeed feed = await feeds.Open();
        await feed.Appends(1, 10);
        await feed.CatchUp(10);

        await feed.ReadsNothing(10);
        await feeds.Redis.Command("CLIENT", "KILL", "TYPE", "normal");
        await Eventually.True(async () => (await feed.Read(5)).Outcome == NewsOutcome.Items, "the stream can be read again");
    }
}
