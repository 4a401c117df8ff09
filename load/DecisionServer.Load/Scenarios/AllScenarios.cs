using DecisionServer.Load.Running;

namespace DecisionServer.Load.Scenarios;

/// <summary>Every scenario, in the order in which <c>all</c> runs them.</summary>
internal static class AllScenarios
{
    public static IReadOnlyList<ILoadScenario> InOrder { get; } =
    [
        new NextBestOffersScenario(),
        new SearchScenario(),
        new DecideStreamScenario(),
        new MixedScenario(),
        new SwapScenario(),
        new OverloadScenario(),
        new SlowClientsScenario(),
    ];
}
