using System.CommandLine;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Scenarios;
using DecisionServer.Tests.Processes;
using NBomber.Contracts;
using NBomber.CSharp;

namespace DecisionServer.Load.Tests.Scenarios;

/// <summary>The command against the real server and loader; small, and without a threshold on time.</summary>
[Collection(OneAtATime.Name)]
public sealed class RunCommandTests
{
    [Theory]
    [InlineData("next-best-offers")]
    [InlineData("swap")]
    public async Task Run_Scenario_PassesAndWritesReports(string scenario)
    {
        using var folder = new TemporaryDirectory();

        (int code, string output) = await Run(AllScenarios.InOrder, scenario, folder);

        Assert.True(code == 0, output);
        Assert.Contains($"{scenario,-18} passed", output, StringComparison.Ordinal);
        Assert.All(["html", "md", "csv"], format => Assert.True(new FileInfo(folder.File($"{scenario}.{format}")).Length > 0));

        // What the slowest calls waited for was looked at from outside the server.
        Assert.Contains("ready without a core", await File.ReadAllTextAsync(folder.File($"{scenario}.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThresholdNotMet_EndsWithOne()
    {
        using var folder = new TemporaryDirectory();

        (int code, string output) = await Run([new Demanding()], "demanding", folder);

        Assert.Equal(1, code);
        Assert.Contains("demanding          FAILED", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnknownScenario_IsRefused() =>
        Assert.NotEqual(0, RunCommand.Create(TextWriter.Null, TextWriter.Null, AllScenarios.InOrder).Parse(
            ["nonsense", "--server-dll", "s", "--loader-dll", "l"]).Invoke(new InvocationConfiguration { Error = TextWriter.Null, Output = TextWriter.Null }));

    private static async Task<(int Code, string Output)> Run(IReadOnlyList<ILoadScenario> scenarios, string name, TemporaryDirectory folder)
    {
        using var output = new StringWriter();
        int code = await RunCommand.Create(output, output, scenarios).Parse(
        [
            name, "--members", "2000", "--seconds", "2", "--no-speed", "--reports", folder.File(""),
            "--server-dll", Repository.ServerDll, "--loader-dll", Repository.LoaderDll,
        ]).InvokeAsync();
        return (code, output.ToString());
    }

    private sealed class Demanding : ILoadScenario
    {
        public string Name => "demanding";

        public string Goal => "Cannot be met.";

        public ScenarioProps[] Build(ScenarioHost host)
        {
            var client = host.Client(connections: 1);
            var calls = new NextBestOffersCalls(host.Members());
            return
            [
                Scenario.Create(Name, async context => await Replies.Send(client, calls, check: true))
                    .WithoutWarmUp()
                    .WithLoadSimulations(Simulation.Inject(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
                    .WithThresholds(Threshold.Create(stats => stats.Ok.Latency.MaxMs < 0)),
            ];
        }
    }
}
