using DecisionServer.Tests.Processes;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

/// <summary>A node that cannot carry out what the fleet has published answers nothing old, and carries it out as soon as it can.</summary>
[Trait("Category", "Fault")]
public sealed class PublishFailureTests
{
    private const string Member = "M00000001";

    [Fact]
    public async Task Publish_DiskOfANodeRefusesIt_IsTriedUntilItSucceeds()
    {
        await using var fleet = await FleetCluster.Start(2);
        await fleet.Load("week-1");
        var (good, bad) = (fleet.Nodes[0], fleet.Nodes[1]);

        // 1. Nothing can be written where the node keeps which generation is current.
        string[] obstacles = [.. new[] { "serving-a.json.tmp", "serving-b.json.tmp" }.Select(name => Path.Combine(bad.DataDirectory, "generations", name))];
        foreach (var obstacle in obstacles) Directory.CreateDirectory(obstacle);
        var publishing = fleet.Load("week-2");

        // 2. So it fails there, again and again; the others have it, and this one answers nothing of before.
        await Eventually.True(() => bad.Server.Program.Output.Any(line => line.Contains("could not be made current here", StringComparison.Ordinal)), "the publish has failed on one node");
        await Eventually.True(async () => (await good.Decide(Member)).GenerationId == "week-2", "the other node answers from the new one");
        var refused = await Assert.ThrowsAsync<RpcException>(() => bad.Decide(Member));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        var ready = await bad.Server.HttpClient.GetAsync(new Uri(bad.Server.Http, "health/ready"));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("another generation is current in the fleet", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // 3. It succeeds by itself once it can.
        foreach (var obstacle in obstacles) Directory.Delete(obstacle);
        await Eventually.True(async () => await Answers(bad) == "week-2", "the publish is carried out");
        await publishing;
        Assert.Equal("week-2", (await fleet.Converge()).GenerationId);
    }

    private static async Task<string> Answers(FleetNodeProcess node)
    {
        try
        {
            return (await node.Decide(Member)).GenerationId;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unavailable)
        {
            return "";
        }
    }
}
