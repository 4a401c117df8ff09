using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>Twice as many calls as the server can answer.</summary>
internal sealed class OverloadScenario : ILoadScenario
{
    private const string Before = "before";
    private const string Overload = "overload";
    private const string Recovering = "first 2 s after";
    private const string Recovered = "recovered";
    private const int CheckEvery = 100;

    private const int Connections = 8;
    private const string Refused = nameof(CallStatus.ResourceExhausted);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecoveryBound = TimeSpan.FromSeconds(2);

    public string Name => "overload";

    public string Goal =>
        "Half of the maximum rate, then twice the maximum, then half again. While overloaded the server still answers at least 0.8 of its maximum and refuses the rest with RESOURCE_EXHAUSTED; two seconds after the load falls every call is answered again.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        double maximum = host.Maximum();
        int half = host.Rate(0.5);
        int twice = host.Rate(2);
        WireClient client = host.Client(connections: Connections);
        var calls = new NextBestOffersCalls(host.Members());
        var check = new Every(CheckEvery);
        Phases phases = Phases.ByTime((host.Phase, Before), (host.Phase, Overload), (RecoveryBound, Recovering), (host.Phase, Recovered));
        host.Phases = phases;
        long answered = 0;
        async Task<Response<object>> Ask()
        {
            WireReply reply = await client.Call(calls, check.Next() ? WireClient.Whole : 0).ConfigureAwait(false);

            // Goodput is what is answered while the overload lasts, not what was asked for in it and answered some time.
            if (reply.Status == CallStatus.Ok && phases.Now == Overload)
                Interlocked.Increment(ref answered);
            return Replies.Of(reply, calls);
        }

        return
        [
            Scenario.Create(Name, async context => await Step.Run(Phase(phases, context), context, Ask))
                .WithWarmUpDuration(ScenarioHost.WarmUp)
                .WithLoadSimulations(
                    Simulation.Inject(half, Second, host.Phase),
                    Simulation.Inject(twice, Second, host.Phase),
                    Simulation.Inject(half, Second, RecoveryBound + host.Phase))
                .ServedBy(client)
                .WithThresholds(host.Thresholds(
                    [
                        Threshold.Create(stats => stats.Fail.StatusCodes.All(code => code.StatusCode == Refused)),
                        Threshold.Create(Before, step => step.Fail.Request.Count == 0),
                        Threshold.Create(Recovered, step => step.Fail.Request.Count == 0),
                    ],
                    Threshold.Create(_ => host.Notes.Noted("goodput under overload / maximum", answered / host.Phase.TotalSeconds / maximum) >= 0.8),

                    // Where nothing was refused there was no overload (the maximum was measured too low), and the run shows nothing.
                    Threshold.Create(Overload, step => step.Fail.Request.Count > 0),
                    Threshold.Create(Overload, step => step.Fail.Latency.Percent99 < 1000),
                    Threshold.Create(stats => host.Notes.Noted("p99 recovered / before", stats.StepStats.Get(Recovered).Ok.Latency.Percent99 / stats.StepStats.Get(Before).Ok.Latency.Percent99) <= 3))),
        ];
    }

    // The time of the phases starts with the first measured call.
    private static string Phase(Phases phases, IScenarioContext context)
    {
        if (context.ScenarioInfo.ScenarioOperation == ScenarioOperation.WarmUp)
            phases.Restart();
        return phases.Current;
    }
}
