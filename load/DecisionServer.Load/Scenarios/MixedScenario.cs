using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>Decisions while members act and stock changes.</summary>
internal sealed class MixedScenario : ILoadScenario
{
    private const int UpdatesPerSecond = 1_000;
    private const int CheckEvery = 100;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public string Name => "mixed";

    public string Goal =>
        "A quarter of the maximum rate, of which 95 % are decisions and 5 % activations, each with its own durable write, and 1,000 availability updates a second beside them: nothing fails, decisions stay below 5 ms at p99.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        int rate = host.Rate(0.25);
        return
        [
            Part(host, "decisions", rate * 95 / 100, new NextBestOffersCalls(host.Members()), CheckEvery, host.Thresholds(
                [Threshold.Create(stats => stats.Fail.Request.Count == 0)],
                Threshold.Create(stats => stats.Ok.Latency.Percent99 < 5))),
            Part(host, "activations", rate * 5 / 100, new ActivateCalls(new ActivateCalls.Sequence(host.Options.Members), "OF000000"), 0, [
                Threshold.Create(stats => stats.Fail.Request.Count == 0)]),
            Part(host, "availability", host.Options.NoSpeed ? 50 : UpdatesPerSecond, new AvailabilityCalls(GeneratedWeek.CatalogueOffers, seed: 1), 1, [
                Threshold.Create(stats => stats.Fail.Request.Count == 0)]),
        ];
    }

    private static ScenarioProps Part(ScenarioHost host, string name, int rate, ICallSource calls, int checkEvery, Threshold[] thresholds)
    {
        WireClient client = host.Client(connections: 2);
        var check = new Every(Math.Max(1, checkEvery));
        return Scenario.Create(name, _ => Replies.Send(client, calls, checkEvery > 0 && check.Next()))
            .WithWarmUpDuration(ScenarioHost.WarmUp)
            .WithLoadSimulations(Simulation.Inject(rate, Second, host.Phase))
            .ServedBy(client)
            .WithThresholds(thresholds);
    }
}
