using DecisionServer.Tests.Processes;
using NBomber;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Tests.Reporting;

[Collection(OneAtATime.Name)]
public sealed class ReportTests
{
    [Fact]
    public void Run_WithReports_TheySayWhatHappened()
    {
        using var folder = new TemporaryDirectory();
        var notes = new RunNotes { Goal = "Shows <that> it works." };
        notes.Fact("members", "2,000");
        int invocations = 0;
        ScenarioProps scenario = Scenario.Create("shop", async context =>
            {
                int number = Interlocked.Increment(ref invocations);
                if (number == 10)
                    notes.Mark("publish");
                return await Step.Run(number <= 50 ? "quiet" : "busy", context, () => Task.FromResult(
                    number % 10 == 0 ? Response.Fail("8", "too many, \"sorry\"") : Response.Ok(sizeBytes: 100)));
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(50, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)))
            .WithThresholds(
                Threshold.Create(stats => stats.Ok.Request.Count == 90),
                Threshold.Create("busy", step => step.Fail.Request.Count == 0),
                Threshold.Create(stats => notes.Noted("a ratio", 1.5) <= 2),
                Threshold.Create("never", step => step.Ok.Request.Count > 0));

        NodeStats result = NBomberRunner.RegisterScenarios(scenario).WithNotes(notes).WithTestName("the test")
            .WithReportFolder(folder.File("reports")).WithReportFileName("shop").Run("--members", "2000");

        Assert.Equal([false, true, false, true], result.Thresholds.Select(threshold => threshold.IsFailed));
        Assert.Equal((90, 10), (result.AllOkCount, result.AllFailCount));
        Assert.Equal(100, result.ScenarioStats[0].Ok.DataTransfer.MeanBytes);
        string html = Read(folder, "shop.html"), markdown = Read(folder, "shop.md"), csv = Read(folder, "shop.csv"), seconds = Read(folder, "shop.seconds.csv"), text = Read(folder, "shop.txt");
        Assert.All([html, markdown, text], report => Assert.Contains("the test", report, StringComparison.Ordinal));
        Assert.All([html, markdown, text, csv], report => Assert.Contains("p99.99", report, StringComparison.Ordinal));
        Assert.All([html, markdown, text], report => Assert.Contains("a ratio", report, StringComparison.Ordinal));
        Assert.All([html, markdown], report => Assert.Contains("--members 2000", report, StringComparison.Ordinal));
        Assert.Contains("Shows &lt;that&gt; it works.", html, StringComparison.Ordinal);
        Assert.Contains("polyline", html, StringComparison.Ordinal);
        Assert.Contains("publish", html, StringComparison.Ordinal);
        Assert.Contains("publish", seconds, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessorCount + " cores", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.Contains("| **FAIL** | shop / busy |", markdown, StringComparison.Ordinal);
        Assert.Contains("step 'never' never ran", markdown, StringComparison.Ordinal);
        Assert.Equal(4, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("the test,shop,,90,10,", csv.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("FAILED", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SimpleThreshold_ShowsWhatWasMeasured()
    {
        using var folder = new TemporaryDirectory();
        ScenarioProps scenario = Scenario.Create("one", _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(40, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
            .WithThresholds(Threshold.Create(stats => stats.Ok.Request.Count > 1000));

        NBomberRunner.RegisterScenarios(scenario).WithReportFolder(folder.File("reports")).WithReportFileName("one").WithReportFormats(ReportFormat.Md).Run();

        Assert.Contains("| **FAIL** | one | `stats.Ok.Request.Count > 1000`  | 40 |", Read(folder, "one.md"), StringComparison.Ordinal);
    }

    private static string Read(TemporaryDirectory folder, string name) => File.ReadAllText(Path.Combine(folder.File("reports"), name));
}
