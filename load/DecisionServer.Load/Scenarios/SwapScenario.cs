using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>A whole generation of the same size is loaded and published while decisions go on.</summary>
internal sealed class SwapScenario : ILoadScenario
{
    private const string Quiet = "quiet";
    private const string Loading = "loading";
    private const string Publishing = "publishing";
    private const string After = "after";
    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan PublishPhase = TimeSpan.FromSeconds(3);

    public string Name => "swap";

    public string Goal =>
        "Decisions at half of the maximum rate: a quiet phase, then another generation of the same size is loaded by the real loader and published, then a quiet phase again. No call fails, p99 while loading and publishing stays within 2.5 times that of the quiet phase, every answer is of one generation, and none of a call begun after the publish was acknowledged is of the old one.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        WireClient client = host.Client();
        var calls = new NextBestOffersCalls(host.Members());
        var phases = new Phases(Quiet);
        GeneratedWeek next = null!;
        SwapWatch watch = null!;
        int rate = host.Rate(0.5);
        host.Phases = phases;
        return
        [
            Scenario.Create(Name, async context => await Step.Run(phases.Current, context, () => Decide(client, calls, watch)))
                .WithInit(async _ =>
                {
                    next = await GeneratedWeek.Generate(host.Options, "week-2", seed: 2, host.Server.Directory);
                    watch = new SwapWatch(host.Current, next);
                })
                .WithWarmUpDuration(ScenarioHost.WarmUp)
                .WithLoadSimulations(Simulation.Inject(rate, TimeSpan.FromSeconds(1), host.Phase + LongestLoad + host.Phase))
                .ServedBy(client)
                .WithThresholds(host.Thresholds(
                    [
                        Threshold.Create(stats => stats.Fail.Request.Count == 0),
                        Threshold.Create(stats => watch.Mixed == 0 && watch.Stale == 0 && watch.SeenNew > 0),
                    ],
                    Threshold.Create(stats => host.Notes.Noted("p99 loading / quiet", Ratio(stats, Loading)) <= 2.5),
                    Threshold.Create(stats => host.Notes.Noted("p99 publishing / quiet", Ratio(stats, Publishing)) <= 2.5),
                    Threshold.Create(stats => host.Notes.Noted("p99 after / quiet", Ratio(stats, After)) <= 2.5))),
            Scenario.Create("loader", async context =>
                {
                    await Swap(host, next, phases, watch, context);
                    context.StopCurrentTest("the swap is over");
                    return Response.Ok();
                })
                .WithoutWarmUp()
                .WithLoadSimulations(Simulation.Pause(host.Phase + ScenarioHost.WarmUp), Simulation.Inject(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
                .WithThresholds(Threshold.Create(stats => stats.Ok.Request.Count == 1)),
        ];
    }

    private static double Ratio(ScenarioStats stats, string phase) => stats.StepStats.Get(phase).Ok.Latency.Percent99 / stats.StepStats.Get(Quiet).Ok.Latency.Percent99;

    private static async Task<Response<object>> Decide(WireClient client, NextBestOffersCalls calls, SwapWatch watch)
    {
        bool afterPublish = watch.Published;
        bool whole = watch.NextIsCompared();
        WireReply reply = await client.Call(calls, whole ? WireClient.Whole : SwapWatch.Head).ConfigureAwait(false);
        return reply is { Status: CallStatus.Ok, Message: { } message } && watch.Look(message, whole, afterPublish) is { } fault ? Replies.Wrong(fault) : Replies.From(reply);
    }

    // A row of its own in the report; what fails ends the run, as it would without.
    private static async Task Timed(string step, IScenarioContext context, Func<Task> act)
    {
        Exception? fault = null;
        await Step.Run(step, context, async () =>
        {
            try
            {
                await act();
                return Response.Ok();
            }
            catch (Exception thrown)
            {
                fault = thrown;
                return Response.Fail();
            }
        });
        if (fault is not null)
            throw new InvalidOperationException($"{step} failed: {fault.Message}", fault);
    }

    private static async Task Swap(ScenarioHost host, GeneratedWeek next, Phases phases, SwapWatch watch, IScenarioContext context)
    {
        host.Notes.Fact("server resident before the load", $"{host.Server.ResidentMebibytes:N0} MiB");
        ServerPauses atStart = await host.Server.Pauses();
        host.Notes.Mark("load begins");
        phases.Current = Loading;
        await Timed("load", context, () => next.Load(host.Options, host.Server.Grpc));
        ServerPauses atSeal = await host.Server.Pauses();
        host.Notes.Mark("sealed");
        phases.Current = Publishing;
        host.Notes.Mark("publish");
        watch.Publishing = true;
        await Timed("publish", context, () => next.Publish(host.Options, host.Server.Grpc));
        watch.Published = true;
        host.Notes.Mark("published");
        await Task.Delay(PublishPhase);
        ServerPauses published = await host.Server.Pauses();
        phases.Current = After;
        await Task.Delay(host.Phase);
        host.Notes.Fact("server stopped, loading", atSeal.Since(atStart));
        host.Notes.Fact("server stopped, publishing", published.Since(atSeal));
        host.Notes.Fact("server stopped, after", (await host.Server.Pauses()).Since(published));
        host.Notes.Fact("server resident after the swap", $"{host.Server.ResidentMebibytes:N0} MiB");
        host.Notes.Fact("answers of the old generation, of the new one", $"{watch.SeenOld:N0}, {watch.SeenNew:N0}");
        host.Notes.Fact("answers mixed, or stale after the publish", $"{watch.Mixed}, {watch.Stale}; every answer's generation was looked at, every {SwapWatch.FullLookEvery}th answer's offers were compared with that generation's catalogue ({watch.Compared:N0} answers)");
    }
}
