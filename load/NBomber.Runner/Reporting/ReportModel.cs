using System.Diagnostics;
using System.Globalization;
using DecisionServer.Load.Measuring;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using NBomber.Running;

namespace NBomber.Reporting;

/// <summary>A second of a scenario.</summary>
internal sealed record ReportSecond(int Answered, int Failed, double P50, double P99, double Max);

/// <summary>A scenario or step: how many, and its latencies in ms at <see cref="ReportModel.Percentiles"/>.</summary>
internal sealed record ReportRow(string Name, int Ok, int Failed, double PerSecond, double Mean, IReadOnlyList<double> Latencies, double Max, long MeanBytes);

/// <summary>A scenario as it is reported.</summary>
internal sealed record ReportScenario(
    string Name,
    string Load,
    TimeSpan Duration,
    ReportRow Row,
    IReadOnlyList<ReportRow> Steps,
    IReadOnlyList<ReportSecond> Seconds,
    IReadOnlyList<StatusCodeStats> StatusCodes,
    IReadOnlyList<(double Percent, double Ms)> Curve);

/// <summary>Everything that reports say, gathered once.</summary>
internal sealed class ReportModel
{
    /// <summary>The percentiles that every table has.</summary>
    public static readonly double[] Percentiles = [50, 75, 90, 95, 99, 99.9, 99.99];

    // Each point of the curve has half the rest beyond it.
    private static readonly double[] CurvePoints = [.. Enumerable.Range(0, 34).Select(step => 100 * (1 - Math.Pow(2, -step / 2.0)))];

    public ReportModel(NodeStats result, NBomberContext context, IReadOnlyList<ScenarioRun> runs, long start, IReadOnlyList<string> arguments)
    {
        Result = result;
        Goal = context.Notes.Goal;
        Facts = context.Notes.Facts;
        Events = [.. context.Notes.Events.Select(each => ((double)(each.At - start) / Stopwatch.Frequency, each.Text)).Where(each => each.Item1 >= -1)];
        CommandLine = arguments.Count > 0 ? string.Join(' ', arguments) : string.Join(' ', Environment.GetCommandLineArgs());
        Thresholds = [.. result.Thresholds.Select(each => ReportThreshold.From(each, result.ScenarioStats.Get(each.ScenarioName), Facts))];
        Scenarios = [.. runs.Select((run, at) => Describe(run, result.ScenarioStats[at]))];
    }

    public NodeStats Result { get; }

    public string Goal { get; }

    public IReadOnlyList<(string Name, string Value)> Facts { get; }

    public IReadOnlyList<(double Second, string Text)> Events { get; }

    public string CommandLine { get; }

    public IReadOnlyList<ReportScenario> Scenarios { get; }

    public IReadOnlyList<ReportThreshold> Thresholds { get; }

    public bool Passed => !Array.Exists(Result.Thresholds, threshold => threshold.IsFailed);

    /// <summary>A percentile's heading: p50, p99.9.</summary>
    public static string Heading(double percentile) => "p" + percentile.ToString(CultureInfo.InvariantCulture);

    /// <summary>Milliseconds for people: three digits that matter.</summary>
    public static string Ms(double milliseconds) =>
        milliseconds.ToString(milliseconds >= 100 ? "N0" : milliseconds >= 10 ? "0.0" : milliseconds >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);

    private static ReportScenario Describe(ScenarioRun run, ScenarioStats stats) => new(
        stats.ScenarioName,
        string.Join(", then ", run.Scenario.Simulations.Select(Text)) + Stopped(run),
        stats.Duration,
        Row(run, null, stats.ScenarioName, stats.Ok, stats.Fail),
        [.. stats.StepStats.Select(step => Row(run, step.StepName, step.StepName, step.Ok, step.Fail))],
        [.. Enumerable.Range(0, run.Recorder.Seconds).Select(run.Recorder.Second).Select(each => new ReportSecond(each.Answered, each.Failed, each.P50, each.P99, each.Max))],
        [.. stats.Ok.StatusCodes.Concat(stats.Fail.StatusCodes)],
        run.Recorder.WithLatency(null, Curve));

    private static string Stopped(ScenarioRun run) =>
        run.Duration < run.Scenario.Duration - TimeSpan.FromSeconds(0.5)
            ? string.Create(CultureInfo.InvariantCulture, $"; ended by the scenario after {run.Duration.TotalSeconds:0.#} s")
            : "";

    private static ReportRow Row(ScenarioRun run, string? step, string name, MeasurementStats ok, MeasurementStats failed) => new(
        name,
        ok.Request.Count,
        failed.Request.Count,
        step is null ? ok.Request.RPS : run.Recorder.RateOf(step),
        ok.Latency.MeanMs,
        run.Recorder.WithLatency(step, latency => Percentiles.Select(percent => latency.Percentile(percent) / 1e6).ToArray()),
        ok.Latency.MaxMs,
        ok.DataTransfer.MeanBytes);

    private static List<(double Percent, double Ms)> Curve(LatencyHistogram latency) =>
        [.. CurvePoints.Where(percent => latency.Count * (1 - (percent / 100)) >= 1).Select(percent => (percent, latency.Percentile(percent) / 1e6))];

    private static string Text(LoadSimulation simulation)
    {
        string time = string.Create(CultureInfo.InvariantCulture, $"for {simulation.During.TotalSeconds:0.##} s");
        return simulation switch
        {
            LoadSimulation.Constant { Ramping: true } ramp => $"to {ramp.Copies} callers {time} (closed loop)",
            LoadSimulation.Constant copies => $"{copies.Copies} callers {time} (closed loop)",
            LoadSimulation.Injected { Ramping: true } ramp => string.Create(CultureInfo.InvariantCulture, $"to {ramp.PerSecond(ramp.MaxRate):N0}/s {time} (open loop)"),
            LoadSimulation.Injected constant => string.Create(CultureInfo.InvariantCulture, $"{constant.PerSecond(constant.MaxRate):N0}/s {time} (open loop)"),
            _ => $"nothing {time}",
        };
    }
}
