using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Scenarios;

/// <summary>Clients that do not read, do not speak, or speak a byte at a time, beside those that behave.</summary>
internal sealed class SlowClientsScenario : ILoadScenario
{
    private const string Quiet = "quiet";
    private const string Slow = "with slow clients";
    private const int OfEachKind = 40;
    private const double MoreMebibytes = 256;
    private const int CheckEvery = 100;

    public string Name => "slow-clients";

    public string Goal =>
        $"Decisions at a quarter of the maximum rate, first alone, then beside {SlowClients.Kinds * OfEachKind} connections that ask for much and read nothing, read a byte at a time, are silent, or send a request a byte at a time. The others notice little (p99 within 3 times that of the quiet phase), no call of theirs fails, and the server's memory grows by at most {MoreMebibytes} MiB.";

    public ScenarioProps[] Build(ScenarioHost host)
    {
        WireClient client = host.Client();
        var calls = new NextBestOffersCalls(host.Members());
        var check = new Every(CheckEvery);
        var phases = new Phases(Quiet);
        host.Phases = phases;
        double before = 0, most = 0;
        return
        [
            Scenario.Create(Name, async context => await Step.Run(phases.Current, context, () => Replies.SendStep(client, calls, check.Next())))
                .WithWarmUpDuration(ScenarioHost.WarmUp)
                .WithLoadSimulations(Simulation.Inject(host.Rate(0.25), TimeSpan.FromSeconds(1), host.Phase + host.Phase))
                .ServedBy(client)
                .WithThresholds(host.Thresholds(
                    [
                        Threshold.Create(stats => stats.Fail.Request.Count == 0),
                        Threshold.Create(stats => host.Notes.Noted("server's memory more, MiB", most - before) <= MoreMebibytes),
                    ],
                    Threshold.Create(stats => host.Notes.Noted("p99 with slow clients / quiet", stats.StepStats.Get(Slow).Ok.Latency.Percent99 / stats.StepStats.Get(Quiet).Ok.Latency.Percent99) <= 3))),
            Scenario.Create("slow", async context =>
                {
                    before = host.Server.ResidentMebibytes;
                    using var slow = new SlowClients(host.Server.Grpc, OfEachKind, host.Members(seed: 3));
                    host.Notes.Mark($"{slow.Count} slow clients come");
                    phases.Current = Slow;
                    most = await slow.Torment(host.Phase - TimeSpan.FromSeconds(1), () => host.Server.ResidentMebibytes);
                    host.Notes.Mark("slow clients go");
                    host.Notes.Fact("slow clients, still connected at the end", $"{slow.Count}, {slow.Connected}");
                    return Response.Ok();
                })
                .WithoutWarmUp()
                .WithLoadSimulations(Simulation.Pause(host.Phase), Simulation.Inject(1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
                .WithThresholds(Threshold.Create(stats => stats.Ok.Request.Count == 1)),
        ];
    }
}
