using System.Collections.Concurrent;
using DecisionServer.Tests.Processes;

namespace DecisionServer.Fanout.Tests.Links;

public sealed class DoorbellTests
{
    [Fact]
    public async Task Rang_Announcement_TellsTheLastNumber()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed announcer = await feeds.Open();
        RedisNewsFeed listener = await feeds.Open();
        var heard = new ConcurrentQueue<long>();
        listener.Rang += heard.Enqueue;
        Assert.True(listener.Health.DoorbellHeard);

        await announcer.Appends(1, 3);
        await announcer.Appends(4, 4);
        await announcer.Appends(2, 4);

        await Eventually.True(() => heard.Count == 2, "both rings are heard");
        Assert.Equal([3, 4], heard);
        Assert.Equal(2, listener.Statistics.Rings);
    }

    [Fact]
    public async Task Rang_SubscriptionsKilled_AreHeardAgain()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed announcer = await feeds.Open();
        RedisNewsFeed listener = await feeds.Open();
        long last = 0;
        listener.Rang += number => Interlocked.Exchange(ref last, number);

        for (var round = 1; round <= 5; round++)
        {
            await feeds.Redis.Command("CLIENT", "KILL", "TYPE", "pubsub");
            long number = round;
            await Eventually.True(
                async () =>
                {
                    // A ring while nobody listens is lost: only a later one can be heard.
                    number++;
                    await announcer.Announce(number, number);
                    return Interlocked.Read(ref last) > round && listener.Health.DoorbellHeard;
                },
                "the doorbell is heard again");
        }
    }

    [Fact]
    public async Task Rang_NotAllowedToListen_IsSilentAndNewsComeByPolling()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed before = await feeds.Open();
        await feeds.Redis.Command("ACL", "SETUSER", "default", "-subscribe", "-publish");
        RedisNewsFeed feed = await feeds.Open();

        await Eventually.True(() => !before.Health.DoorbellHeard, "the silence is noticed");
        Assert.False(feed.Health.DoorbellHeard);
        await feed.Appends(1, 2);
        Assert.True(feed.Health.Linked);

        // Where it worked before the link is made anew once, in the hope that it helps.
        await Eventually.True(async () => (await before.Read(0)).Items.Count == 2, "news are read all the same");

        await feeds.Redis.Command("ACL", "SETUSER", "default", "+subscribe", "+publish");
        await Eventually.True(() => before.Health.DoorbellHeard && feed.Health.DoorbellHeard, "the doorbell is heard again");
    }

    [Fact]
    public async Task Rang_ListenerThrows_OthersAreHeardLater()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisNewsFeed feed = await feeds.Open();
        var calls = 0;
        feed.Rang += _ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                throw new InvalidOperationException("on purpose");
        };

        await feed.Appends(1, 1);
        await Eventually.True(() => Volatile.Read(ref calls) == 1, "the first ring is heard");
        await feed.Appends(2, 2);
        await Eventually.True(() => Volatile.Read(ref calls) == 2, "the second, too");

        Assert.Contains(feeds.Lines, line => line.Contains("on purpose", StringComparison.Ordinal));
        feeds.Lines.Clear();
    }
}
