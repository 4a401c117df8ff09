using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>The main job, steadily.</summary>
internal sealed class NextBestOffersScenario : ILoadScenario
{
    private const int CheckEvery = 100;

    public string Name => "next-best-offers";

    public string Goal =>
        "Ten offers out of 35 for random members, at half of the server's maximum rate, with server and load driver on the same machine: p99 below 2 ms, no call fails, and every hundredth answer is decoded and has ten offers.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        WireClient client = host.Client();
        var calls = new NextBestOffersCalls(host.Members());
        var check = new Every(CheckEvery);
        return
        [
            Scenario.Create(Name, _ => Replies.Send(client, calls, check.Next()))
                .WithWarmUpDuration(ScenarioHost.WarmUp)
                .WithLoadSimulations(Simulation.Inject(host.Rate(0.5), TimeSpan.FromSeconds(1), host.Phase))
                .ServedBy(client)
                .WithThresholds(host.Thresholds(
                    [Threshold.Create(stats => stats.Fail.Request.Count == 0), Threshold.Create(stats => stats.Ok.Request.Count > 0)],
                    Threshold.Create(stats => stats.Ok.Latency.Percent99 < 2))),
        ];
    }
}
