using System.Globalization;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Fanout.Tests.Links;

[Trait("Category", "Fault")]
public sealed class ClusterTests
{
    [Fact]
    public async Task Feed_OverTwoNodesOfACluster_FindsTheOneWithTheStream()
    {
        // Ports of their own between the nodes: the usual ones, 10,000 above, may be some outgoing connection's.
        string onesBus = FreePorts.Take().ToString(CultureInfo.InvariantCulture), othersBus = FreePorts.Take().ToString(CultureInfo.InvariantCulture);
        await using RedisServer one = await RedisServer.Start("--cluster-enabled", "yes", "--cluster-port", onesBus);
        await using RedisServer other = await RedisServer.Start("--cluster-enabled", "yes", "--cluster-port", othersBus);
        await one.Command("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
        await other.Command("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
        await one.Command("CLUSTER", "MEET", "127.0.0.1", other.Port.ToString(CultureInfo.InvariantCulture), othersBus);
        await Eventually.True(
            async () => (await one.Command("CLUSTER", "INFO") + await other.Command("CLUSTER", "INFO")).Split("cluster_state:ok").Length == 3, "the cluster stands");
        await using Feeds feeds = await Feeds.Start();

        // Prefixes whose keys lie on either node; one address is enough to find the other.
        for (var prefix = 'a'; prefix <= 'f'; prefix++)
        {
            string name = prefix.ToString();
            RedisNewsFeed announcer = await feeds.Open(one.Address, options => options with { KeyPrefix = name });
            RedisNewsFeed reader = await feeds.Open($"{other.Address},{one.Address}", options => options with { KeyPrefix = name });
            var rings = 0;
            reader.Rang += _ => Interlocked.Increment(ref rings);

            await announcer.Appends(1, 5);

            await reader.Reads(0, 5);
            await Eventually.True(() => Volatile.Read(ref rings) == 1, "the ring is heard on the other node");
        }

        Assert.NotEqual("0", await one.Command("DBSIZE"));
        Assert.NotEqual("0", await other.Command("DBSIZE"));
    }
}
