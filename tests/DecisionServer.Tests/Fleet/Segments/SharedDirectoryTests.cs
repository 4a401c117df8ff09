using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;

namespace DecisionServer.Tests.Fleet.Segments;

/// <summary>Generations travel through a folder that all nodes reach: here nodes cannot reach each other at all.</summary>
public sealed class SharedDirectoryTests
{
    private const string Member = "M00000001";

    [Fact]
    public async Task Publish_NodesThatOnlyShareAFolder_AllAnswerFromIt()
    {
        using var shared = new TemporaryDirectory();
        await using var fleet = await FleetCluster.Start(2, $"Fleet:SharedDirectory={shared.File("all")}", $"Node:Address=http://127.0.0.1:{FreePorts.Take()}");

        await fleet.Load("week-1");
        await fleet.Load("week-2");
        Assert.Equal(2, Directory.GetDirectories(shared.File("all")).Length);
        Assert.All(await Task.WhenAll(fleet.Nodes.Select(node => node.Decide(Member))), answer => Assert.Equal("week-2", answer.GenerationId));

        // A late node gets what serves and what there is to roll back to.
        var late = await fleet.AddNode("late");
        Assert.Equal("week-2", (await late.Decide(Member)).GenerationId);
        Assert.Equal("week-1", (await late.Ingest.RollbackGenerationAsync(new RollbackGenerationRequest())).Generation.GenerationId);
        await fleet.Converge();

        // What no node needs any more leaves the folder.
        await fleet.Load("week-3");
        await Eventually.True(() => Directory.GetDirectories(shared.File("all")).Length == 2, "the oldest one is gone");
        Assert.Equal("week-3", (await fleet.Converge()).GenerationId);
    }
}
