using System.Diagnostics;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using NBomber.Reporting;

namespace NBomber.Running;

/// <summary>A whole run: init, warm-up, measuring, clean, reports.</summary>
internal sealed class TestRun(NBomberContext context, TextWriter console, bool isTerminal, IReadOnlyList<string> arguments)
{
    private readonly List<ScenarioRun> _scenarios = [];
    private bool _cleaned;

    public TimeSpan CompletionTimeout { get; } = context.CompletionTimeout;

    public Random Random { get; } = new(1);

    public NodeStats Run()
    {
        var test = new TestInfo(Guid.NewGuid().ToString("N")[..12], context.TestSuite, context.TestName, DateTime.UtcNow);
        NodeInfo node = Machine.Describe();
        _scenarios.AddRange(context.Scenarios.Select(scenario => new ScenarioRun(scenario, this)));
        try
        {
            foreach (ScenarioRun run in _scenarios)
                run.Scenario.Init?.Invoke(new InitContext(run, test, node)).GetAwaiter().GetResult();
            Together(run => run.WarmUp());
            long start = Stopwatch.GetTimestamp();
            context.Notes.StartedAt = start;
            using (new Progress(console, isTerminal, _scenarios, context.Notes))
                Together(run => run.Bomb());
            Clean(test, node);
            return Report(test, node, start);
        }
        finally
        {
            Clean(test, node);
            _scenarios.ForEach(run => run.Dispose());
        }
    }

    public void Stop(string? scenario, string reason)
    {
        context.Notes.Mark($"stopped: {reason}");
        foreach (ScenarioRun run in _scenarios.Where(run => scenario is null || run.Scenario.ScenarioName == scenario))
            run.Stop();
    }

    // Before the reports, which may tell of it; and where a run was broken off.
    private void Clean(TestInfo test, NodeInfo node)
    {
        if (_cleaned)
            return;
        _cleaned = true;
        foreach (ScenarioRun run in _scenarios)
            run.Scenario.Clean?.Invoke(new InitContext(run, test, node)).GetAwaiter().GetResult();
    }

    private NodeStats Report(TestInfo test, NodeInfo node, long start)
    {
        ScenarioStats[] stats = [.. _scenarios.Select(run => run.Recorder.Stats(run.Duration))];
        ThresholdResult[] thresholds = [.. _scenarios.SelectMany((run, at) => run.Scenario.Thresholds.Select(threshold => threshold.Check(stats[at])))];
        var result = new NodeStats
        {
            ScenarioStats = stats,
            Thresholds = thresholds,
            NodeInfo = node,
            TestInfo = test,
            ReportFiles = [],
            Duration = _scenarios.Max(run => run.Duration),
        };
        var report = new ReportModel(result, context, _scenarios, start, arguments);
        ReportFile[] files = ReportWriter.Write(report, context);
        console.WriteLine(TextReport.Render(report));
        foreach (ReportFile file in files)
            console.WriteLine($"report: {file.FilePath}");
        return result with { ReportFiles = files };
    }

    private void Together(Action<ScenarioRun> act)
    {
        var faults = new List<Exception>();
        Thread[] threads =
        [
            .. _scenarios.Select(run => new Thread(() =>
            {
                try
                {
                    PreciseSleep.PrepareThread();
                    act(run);
                }
                catch (Exception fault)
                {
                    lock (faults)
                        faults.Add(fault);
                    Stop(null, fault.Message);
                }
            }) { Name = run.Scenario.ScenarioName }),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (faults.Count > 0)
            throw new AggregateException(faults);
    }

    private sealed class InitContext(ScenarioRun run, TestInfo test, NodeInfo node) : IScenarioInitContext
    {
        public ScenarioInfo ScenarioInfo => run.InfoOf(0);

        public TestInfo TestInfo => test;

        public NodeInfo NodeInfo => node;
    }
}
