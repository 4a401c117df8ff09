using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;

namespace DecisionServer.Tests.Fleet.Segments;

/// <summary>A node that is killed again and again while it pulls a generation goes on where it was, and ends with the generation verified.</summary>
public sealed class PullKillTests
{
    [Fact]
    [Trait("Category", "Fault")]
    public Task Pull_KilledAFewTimes_GoesOnAndIsVerified() => Run(seed: 1, members: 40_000, kills: 4);

    [Theory]
    [Trait("Category", "Soak")]
    [InlineData(2)]
    [InlineData(3)]
    public Task Pull_KilledManyTimes_GoesOnAndIsVerified(int seed) => Run(seed, members: 200_000, kills: 25);

    private static async Task Run(int seed, int members, int kills)
    {
        var random = new Random(seed);
        await using var fleet = await FleetCluster.Start(0);
        var port = FreePorts.Take();
        await using var link = FaultProxy.Start(port);
        var source = await fleet.AddNode("source", $"Listen:Grpc=http://127.0.0.1:{port}", $"Node:Address=http://{link.Address}");
        await fleet.Load("week-1", members, offers: 200);
        var size = Held(source);
        var late = fleet.NewNode("late");

        // 1. Killed when a part is on the disk, the more each time.
        for (var kill = 1; kill <= kills; kill++)
        {
            link.Throttle((int)(size / 2));
            await RunUntilKilled(late, link, size, (long)(size * (kill - random.NextDouble()) / kills));
        }

        // 2. Killed when all of it is, while it is taken in.
        link.Heal();
        await RunUntilKilled(late, link, size, size);

        // 3. Not killed any more: it is the same generation, verified while it was read.
        await late.Start();
        Assert.Equal("week-1", (await fleet.Converge()).GenerationId);
        for (var member = 0; member < members; member += members / 50)
            Assert.Equal((await source.Decide($"M{member:D8}")).Placements, (await late.Decide($"M{member:D8}")).Placements);
    }

    // What is on the disk is not sent again, whatever was lost on its way; a hundredth is for the frames.
    private static async Task RunUntilKilled(FleetNodeProcess node, FaultProxy link, long size, long until)
    {
        var (held, sent) = (Held(node), link.Bytes(LinkWay.ToClient));
        using (var program = node.Launch())
        {
            await Eventually.True(() => Held(node) >= until || program.HasExited, $"{until} of {size} bytes have come, after {held}");
            Assert.False(program.HasExited, program.Everything);
            program.Kill();
            await program.Exit();
        }

        link.Reset();
        await Eventually.True(() => link.Open == 0, "its connections are gone");
        Assert.InRange(link.Bytes(LinkWay.ToClient) - sent, 0, ((size - held) * 101 / 100) + 65_536);
        Assert.InRange(Held(node), until, size);
    }

    // Of segments, whether or not they are a generation yet.
    private static long Held(FleetNodeProcess node)
    {
        var generations = new DirectoryInfo(Path.Combine(node.DataDirectory, "generations"));
        while (true)
        {
            try
            {
                return generations.Exists ? generations.EnumerateFiles("*.seg", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
            }
            catch (IOException)
            {
                // A folder got its final name while it was being looked at.
                generations.Refresh();
            }
        }
    }
}
