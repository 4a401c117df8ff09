using DecisionServer.Load.Blast;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>Search ranking, steadily.</summary>
internal sealed class SearchScenario : ILoadScenario
{
    private const int CheckEvery = 100;

    public string Name => "search";

    public string Goal =>
        $"Ranking {RankSearchCalls.Candidates} search results for random members, at half of the server's maximum rate: p99 below 5 ms, no call fails, no answer is degraded.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        WireClient client = host.Client();
        var calls = new RankSearchCalls(host.Members(), GeneratedWeek.CatalogueOffers, seed: 1);
        var check = new Every(CheckEvery);
        return
        [
            Scenario.Create(Name, _ => Replies.Send(client, calls, check.Next()))
                .WithWarmUpDuration(ScenarioHost.WarmUp)
                .WithLoadSimulations(Simulation.Inject(host.Rate(0.5, CallKind.RankSearch), TimeSpan.FromSeconds(1), host.Phase))
                .ServedBy(client)
                .WithThresholds(host.Thresholds(
                    [Threshold.Create(stats => stats.Fail.Request.Count == 0), Threshold.Create(stats => stats.Ok.Request.Count > 0)],
                    Threshold.Create(stats => stats.Ok.Latency.Percent99 < 5))),
        ];
    }
}
