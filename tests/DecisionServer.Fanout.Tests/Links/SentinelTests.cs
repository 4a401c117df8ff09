using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Fanout.Tests.Links;

[Trait("Category", "Fault")]
public sealed class SentinelTests
{
    [Fact]
    public async Task Feed_MasterKilled_FollowsTheSentinelToTheNewOne()
    {
        await using Feeds feeds = await Feeds.Start();
        RedisServer master = feeds.Redis;
        await using RedisServer replica = await RedisServer.Start("--replicaof", "127.0.0.1", $"{master.Port}");
        using var directory = new TemporaryDirectory();
        string file = directory.File("sentinel.conf");
        await File.WriteAllTextAsync(
            file,
            $"""
            sentinel monitor main 127.0.0.1 {master.Port} 1
            sentinel down-after-milliseconds main 500
            sentinel failover-timeout main 2000

            """);
        await using RedisServer sentinel = await RedisServer.Start(file, "--sentinel");
        await Eventually.True(
            async () => (await sentinel.Command("SENTINEL", "MASTERS")).Contains("num-slaves\n1", StringComparison.Ordinal), "the sentinel knows the replica");
        RedisNewsFeed feed = await feeds.Open($"127.0.0.1:1,{sentinel.Address},serviceName=main,connectTimeout=1000");
        await feed.Appends(1, 10);
        await feed.CatchUp(10);
        await Eventually.True(async () => await replica.Command("XLEN", "{decisionserver}:news") == "10", "the replica has it all");

        await master.Kill();
        await feed.Unlinked();
        await feed.Linked();

        Assert.StartsWith("master", await replica.Command("ROLE"), StringComparison.Ordinal);
        await feed.ReadsGap(NewsGap.OtherServer, 10);
        await feed.Appends(11, 12);
        await feed.Reads(8, 12);
    }

    [Fact]
    public async Task Feed_UnknownService_SaysWhatToDo()
    {
        await using Feeds feeds = await Feeds.Start();
        using var directory = new TemporaryDirectory();
        string file = directory.File("sentinel.conf");
        await File.WriteAllTextAsync(file, $"sentinel monitor main 127.0.0.1 {feeds.Redis.Port} 1\n");
        await using RedisServer sentinel = await RedisServer.Start(file, "--sentinel");

        RedisNewsFeed feed = feeds.OpenUnlinked($"{sentinel.Address},serviceName=other");

        await Eventually.True(() => feed.Health.Reason.Contains("check serviceName= in Fanout:Redis", StringComparison.Ordinal), "the feed says so");
    }

    [Fact]
    public async Task Feed_SentinelTakenForAServer_SaysWhatToDo()
    {
        await using Feeds feeds = await Feeds.Start();
        using var directory = new TemporaryDirectory();
        string file = directory.File("sentinel.conf");
        await File.WriteAllTextAsync(file, $"sentinel monitor main 127.0.0.1 {feeds.Redis.Port} 1\n");
        await using RedisServer sentinel = await RedisServer.Start(file, "--sentinel");

        RedisNewsFeed feed = feeds.OpenUnlinked(sentinel.Address);

        await Eventually.True(() => feed.Health.Reason.Contains("serviceName=", StringComparison.Ordinal), "the feed says so");
    }
}
