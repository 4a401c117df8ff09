using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>Twice as many calls as the server can answer, from callers that do not wait for long.</summary>
internal sealed class OverloadScenario : ILoadScenario
{
    private const string Before = "before";
    private const string Overload = "overload";
    private const string Recovering = "first 2 s after";
    private const string Recovered = "recovered";
    private const string Refused = nameof(CallStatus.ResourceExhausted);
    private const string Late = nameof(CallStatus.DeadlineExceeded);
    private const int CheckEvery = 100;

    // So many connections that the server's limit of streams holds nothing back: what is too much arrives at the server.
    private static readonly CallShape Callers = new(Connections: 64, Bunch: 16, DeadlineMs: 250);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecoveryBound = TimeSpan.FromSeconds(2);

    public string Name => "overload";

    public string Goal =>
        $"Half of the maximum rate, then twice the maximum, then half again, over {Callers.Connections} connections and with a deadline of {Callers.DeadlineMs} ms. While overloaded the server still answers at least 0.8 of its maximum in time and refuses the rest at once with RESOURCE_EXHAUSTED; within two seconds after the load falls every call is answered again.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        double maximum = host.Maximum(shape: Callers);
        int half = host.Rate(0.5);
        int twice = host.Rate(2);
        WireClient client = host.Client(Callers);
        var calls = new NextBestOffersCalls(host.Members(), deadline: new CallDeadline(Callers.DeadlineMs));
        var check = new Every(CheckEvery);
        Phases phases = Phases.ByTime((host.Phase, Before), (host.Phase, Overload), (RecoveryBound, Recovering), (host.Phase, Recovered));
        host.Phases = phases;
        long answered = 0;
        long lastFailure = 0;
        async Task<Response<object>> Ask()
        {
            WireReply reply = await client.Call(calls, check.Next() ? WireClient.Whole : 0).ConfigureAwait(false);

            // Goodput is what is answered while the overload lasts, not what was asked for in it and answered some time.
            if (reply.Status == CallStatus.Ok && phases.Now == Overload)
                Interlocked.Increment(ref answered);
            else if (reply.Status != CallStatus.Ok && phases.Elapsed is { } elapsed)
                Volatile.Write(ref lastFailure, elapsed.Ticks);
            return Replies.Of(reply, calls);
        }

        double RecoveredAfter() => Math.Max(0, (TimeSpan.FromTicks(lastFailure) - (2 * host.Phase)).TotalSeconds);
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
                        Threshold.Create(stats => stats.Fail.StatusCodes.All(code => code.StatusCode == Refused || code.StatusCode == Late)),
                        Threshold.Create(Before, step => step.Fail.Request.Count == 0),
                        Threshold.Create(Recovered, step => step.Fail.Request.Count == 0),
                    ],
                    Threshold.Create(_ => host.Notes.Noted("goodput under overload / maximum", answered / host.Phase.TotalSeconds / maximum) >= 0.8),

                    // Where nothing was refused there was no overload (the maximum was measured too low), and the run shows nothing.
                    Threshold.Create(Overload, step => host.Notes.Noted("refused under overload, of all calls", Share(step, Refused)) > 0),
                    Threshold.Create(Overload, step => host.Notes.Noted("past their deadline under overload, of all calls", Share(step, Late)) <= 0.01),
                    Threshold.Create(Overload, step => host.Notes.Noted("p99 of what failed under overload, ms", step.Fail.Latency.Percent99) < 100),
                    Threshold.Create(_ => host.Notes.Noted("last failed call after the load fell, s", RecoveredAfter()) <= 2),
                    Threshold.Create(stats => host.Notes.Noted("p99 recovered / before", stats.StepStats.Get(Recovered).Ok.Latency.Percent99 / stats.StepStats.Get(Before).Ok.Latency.Percent99) <= 3))),
        ];
    }

    private static double Share(StepStats step, string status) =>
        step.Fail.StatusCodes.Where(code => code.StatusCode == status).Sum(code => (double)code.Count) / (step.Ok.Request.Count + step.Fail.Request.Count);

    // The time of the phases starts with the first measured call.
    private static string Phase(Phases phases, IScenarioContext context)
    {
        if (context.ScenarioInfo.ScenarioOperation == ScenarioOperation.WarmUp)
            phases.Restart();
        return phases.Current;
    }
}
