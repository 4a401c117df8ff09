using System.Diagnostics;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Xunit.Abstractions;

namespace DecisionServer.Tests.Fleet.Segments;

/// <summary>How fast a late node gets a generation from another one on the same machine, verified and read into memory; and a copy of the same files, for comparison.</summary>
[Trait("Category", "Soak")]
public sealed class PullSpeedTests(ITestOutputHelper output)
{
    private const int Members = 1_000_000;

    [Fact]
    public async Task Pull_OneMillionSets_IsStated()
    {
        await using var fleet = await FleetCluster.Start(1);
        await fleet.Load("week-1", Members, offers: 500);
        var generations = Path.Combine(fleet.Nodes[0].DataDirectory, "generations");
        var files = new DirectoryInfo(generations).EnumerateFiles("*.seg", SearchOption.AllDirectories).ToList();
        var mebibytes = files.Sum(file => file.Length) / 1048576.0;
        using var copies = new TemporaryDirectory();
        var watch = Stopwatch.StartNew();
        foreach (var file in files) file.CopyTo(copies.File(file.Name));
        var copy = watch.Elapsed.TotalSeconds;

        var late = await fleet.AddNode("late");

        var line = late.Server.Program.Output.Single(line => line.Contains("week-1", StringComparison.Ordinal) && line.Contains("has been fetched:", StringComparison.Ordinal));
        output.WriteLine(FormattableString.Invariant($"{mebibytes:0} MiB, {Members} sets; copied on the disk in {copy:0.00} s. {line}"));
        Assert.Equal("week-1", (await late.Decide("M00000001")).GenerationId);
    }
}
