using DecisionServer.Tests.Processes;

namespace DecisionServer.Tests.Clients;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_Exit_ShowsTheTourAndEndsWith0()
    {
        using var temporary = new TemporaryDirectory();
        using RunningProgram demo = RunningProgram.Start(
            "dotnet", [Repository.ServerDll, "demo", "--exit"], environment: new Dictionary<string, string> { ["TMPDIR"] = temporary.Path });

        int exitCode = await demo.Exit(TimeSpan.FromMinutes(2));

        Assert.True(exitCode == 0, demo.Everything);
        foreach (string part in new[] { "== 1. Next best offers", "== 2. Search ranking", "runs out of stock", "out of stock  <- just now", "== 5. A member nobody has heard of", "global", "buf curl" })
            Assert.Contains(part, demo.Everything, StringComparison.Ordinal);

        // It leaves nothing behind.
        Assert.Empty(Directory.GetDirectories(temporary.Path, "decisionserver-demo-*"));
    }

    [Fact]
    public async Task Demo_Terminated_EndsWith0AndLeavesNothingBehind()
    {
        using var temporary = new TemporaryDirectory();
        using RunningProgram demo = RunningProgram.Start(
            "dotnet", [Repository.ServerDll, "demo"], environment: new Dictionary<string, string> { ["TMPDIR"] = temporary.Path });
        await Eventually.True(() => demo.Everything.Contains("The server goes on until Ctrl-C.", StringComparison.Ordinal), "the tour is over");

        demo.Terminate();

        Assert.Equal(0, await demo.Exit());
        Assert.Empty(Directory.GetDirectories(temporary.Path, "decisionserver-demo-*"));
    }
}
