using System.Text;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Fanout.Tests.Convergence;

/// <summary>
/// Several nodes commit, announce and follow at random, Redis and the links to it suffer, and in the end every node has applied everything, once,
/// in order. A node never asks truth of its own accord here: what news do not bring, a gap must.
/// </summary>
[Trait("Category", "Fault")]
public sealed class ConvergenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public Task Nodes_RandomFaults_Converge(int seed) => Run(seed, steps: 60);

    [Theory]
    [Trait("Category", "Soak")]
    [MemberData(nameof(Seeds))]
    public Task Nodes_RandomFaultsLonger_Converge(int seed) => Run(seed, steps: 200);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(100, 100)];

    private static async Task Run(int seed, int steps)
    {
        var random = new Random(seed);
        await using Feeds feeds = await Feeds.Start();
        FaultProxy[] links = [.. Enumerable.Range(0, 3).Select(index => FaultProxy.Start(feeds.Redis.Port, seed * 10 + index))];
        var truth = new Truth();
        List<string> story = [];
        try
        {
            var nodes = new Node[links.Length];
            for (var index = 0; index < links.Length; index++)
                nodes[index] = new Node(truth, await feeds.Open(links[index].Address + ",syncTimeout=300,connectTimeout=2000", options => options with { MaxItems = 200, LongestHole = 50, MaxContentBytes = 1_000 }));

            for (var step = 0; step < steps; step++)
            {
                story.Add(await Disturb(random, feeds.Redis, links, nodes, truth, step));
                await Task.WhenAll(nodes.Select(node => Live(node, new Random(random.Next()))));
            }

            foreach (FaultProxy link in links)
                link.Heal();
            await Eventually.True(
                async () =>
                {
                    foreach (Node node in nodes)
                    {
                        // The next commit, whenever it comes, brings what nobody could announce.
                        await node.Commit("last", announce: true);
                        foreach (Node each in nodes)
                            await each.Poll(1_000);
                    }

                    return nodes.All(node => node.Applied.Count == truth.Last);
                },
                $"all nodes have everything; seed {seed}: {string.Join("; ", story)}");

            string[] expected = [.. truth.Read(0).Select(item => Encoding.UTF8.GetString(item.Content.Span))];
            Assert.All(nodes, node => Assert.Equal(expected, node.Applied));
            foreach (Node node in nodes)
                await BringsNews(node, other: nodes[node == nodes[0] ? 1 : 0], seed);
        }
        finally
        {
            foreach (FaultProxy link in links)
                await link.DisposeAsync();
        }
    }

    // By itself, after whatever it went through.
    private static Task BringsNews(Node node, Node other, int seed)
    {
        long before = node.FromNews;
        return Eventually.True(
            async () =>
            {
                await other.Commit("news", announce: true);
                await node.Poll(1_000);
                return node.FromNews > before;
            },
            $"news flow again; seed {seed}");
    }

    private static async Task Live(Node node, Random random)
    {
        for (int acts = random.Next(6); acts > 0; acts--)
        {
            if (random.Next(3) == 0)
                await node.Poll(random.Next(1, 40));
            else
                await node.Commit(new string((char)('a' + random.Next(26)), random.Next(30) == 0 ? 1_500 : random.Next(100)), announce: random.Next(5) > 0);
        }
    }

    private static async Task<string> Disturb(Random random, RedisServer redis, FaultProxy[] links, Node[] nodes, Truth truth, int step)
    {
        int one = random.Next(links.Length);
        FaultProxy link = links[one];
        switch (random.Next(12))
        {
            case 0:
                await redis.Command("FLUSHALL");
                return "FLUSHALL";
            case 1:
                await redis.Command("XTRIM", "{decisionserver}:news", "MAXLEN", $"{random.Next(20)}");
                return "XTRIM";
            case 2:
                await redis.Kill();
                await redis.StartAgain();
                return "killed and empty";
            case 3:
                await redis.Command("DEL", "{decisionserver}:news");
                return "DEL";
            case 4 when step > 0:
                truth.ChangeEpoch($"epoch-{step + 1}");
                return "another epoch";
            case 5:
                await redis.Command("CLIENT", "KILL", "TYPE", "pubsub");
                return "subscriptions killed";
            case 6 or 7 or 8:
                return link.Disturb();
            default:
                link.Heal();
                await nodes[one].Feed.Linked();
                return "healed";
        }
    }
}
