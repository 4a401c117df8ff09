using System.Globalization;
using DecisionServer.Load.Wire;
using NBomber;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Running;

/// <summary>Runs one scenario against a server of its own.</summary>
internal static class ScenarioSession
{
    /// <returns>Whether every threshold was met.</returns>
    public static async Task<bool> Run(ILoadScenario scenario, RunOptions options, TextWriter output)
    {
        Directory.CreateDirectory(options.Reports);
        await output.WriteLineAsync($"\n#### {scenario.Name}: starting a server and loading {options.Members:N0} members").ConfigureAwait(false);
        using ServerUnderTest server = await ServerUnderTest.Start(options.ServerDll, Path.Combine(options.Reports, scenario.Name + ".server.log")).ConfigureAwait(false);
        GeneratedWeek week = await GeneratedWeek.Generate(options, "week-1", seed: 1, server.Directory).ConfigureAwait(false);
        await week.Load(options, server.Grpc).ConfigureAwait(false);
        await week.Publish(options, server.Grpc).ConfigureAwait(false);

        var notes = new RunNotes { Goal = scenario.Goal };
        notes.Fact("members", options.Members.ToString("N0", CultureInfo.InvariantCulture));
        using var host = new ScenarioHost(options, server, week, notes);
        ScenarioProps[] parts = scenario.Build(host);
        using var cpu = new CpuByPhase(() => server.Cpu, () => host.Phases?.Now ?? "the run");
        using var stalls = new Stalls(server.ProcessId, () => server.Faults, parts[0].ScenarioName);
        parts[0] = WithCosts(parts[0], host, cpu, stalls);
        NodeStats result = WithNotes(NBomberRunner.RegisterScenarios(parts), notes)
            .WithTestSuite("DecisionServer")
            .WithTestName(scenario.Name)
            .WithReportFolder(options.Reports)
            .WithReportFileName(scenario.Name)
            .WithReportFormats(ReportFormat.Md, ReportFormat.Csv, ReportFormat.Html)
            .Run();
        return !Array.Exists(result.Thresholds, threshold => threshold.IsFailed);
    }

    private static NBomberContext WithNotes(NBomberContext context, RunNotes notes)
    {
#if NBOMBER_PACKAGE
        Console.WriteLine(notes.Goal);
        return context;
#else
        return context.WithNotes(notes);
#endif
    }

    private static ScenarioProps WithCosts(ScenarioProps part, ScenarioHost host, CpuByPhase cpu, Stalls stalls)
    {
        (TimeSpan pauses, int collections) = (GC.GetTotalPauseDuration(), GC.CollectionCount(0));
        return part.WithClean(_ =>
        {
            cpu.Dispose();
            stalls.Dispose();
            SlowMoments.Tell(host.Notes, host.Slowest, stalls);
            foreach ((string phase, string cores) in cpu.Lines())
                host.Notes.Fact($"CPU, {phase}", cores);
            host.Notes.Fact("server at the end", string.Create(CultureInfo.InvariantCulture, $"{host.Server.ResidentMebibytes:N0} MiB resident"));
            host.Notes.Fact("load driver at the end", string.Create(CultureInfo.InvariantCulture, $"{Environment.WorkingSet / (1024.0 * 1024):N0} MiB resident, {Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s CPU since its start; its own collector paused it {GC.CollectionCount(0) - collections} times in the run, {(GC.GetTotalPauseDuration() - pauses).TotalMilliseconds:0} ms in all"));
            if (DriverThread.ComesFirst is { } first)
                host.Notes.Fact("load driver's thread", first ? "before all others (SCHED_FIFO), as if it had a machine of its own" : "one of many: it may not come first (root may), so what it waited for a core is in the latencies");
            return Task.CompletedTask;
        });
    }
}
