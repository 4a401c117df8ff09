namespace NBomber.Contracts.Stats;

/// <summary>Kinds of report.</summary>
public enum ReportFormat
{
    /// <summary>Plain text.</summary>
    Txt = 0,

    /// <summary>One self-contained page.</summary>
    Html = 1,

    /// <summary>Comma-separated values.</summary>
    Csv = 2,

    /// <summary>Markdown.</summary>
    Md = 3,
}

/// <summary>The test.</summary>
/// <param name="SessionId">Names the run.</param>
/// <param name="TestSuite">As set.</param>
/// <param name="TestName">As set.</param>
/// <param name="Created">When it started, UTC.</param>
public sealed record TestInfo(string SessionId, string TestSuite, string TestName, DateTime Created);

/// <summary>The machine.</summary>
/// <param name="MachineName">Its name.</param>
/// <param name="OS">Operating system.</param>
/// <param name="DotNetVersion">Runtime.</param>
/// <param name="Processor">Processor.</param>
/// <param name="CoresCount">Cores that this program may use.</param>
public sealed record NodeInfo(string MachineName, string OS, string DotNetVersion, string Processor, int CoresCount);

/// <summary>How often a status code was seen.</summary>
public sealed record StatusCodeStats
{
    /// <summary>The code; empty: none was given.</summary>
    public required string StatusCode { get; init; }

    /// <summary>Of failures.</summary>
    public required bool IsError { get; init; }

    /// <summary>What the first one said.</summary>
    public required string Message { get; init; }

    /// <summary>How often.</summary>
    public required int Count { get; init; }

    /// <summary>Of all, rounded.</summary>
    public required int Percent { get; init; }
}

/// <summary>How many.</summary>
public sealed record RequestStats
{
    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>How many a second.</summary>
    public required double RPS { get; init; }

    /// <summary>Of all, rounded.</summary>
    public required int Percent { get; init; }
}

/// <summary>Latencies, ms.</summary>
public sealed record LatencyStats
{
    /// <summary>The shortest.</summary>
    public required double MinMs { get; init; }

    /// <summary>The mean.</summary>
    public required double MeanMs { get; init; }

    /// <summary>The longest.</summary>
    public required double MaxMs { get; init; }

    /// <summary>Median.</summary>
    public required double Percent50 { get; init; }

    /// <summary>75 %.</summary>
    public required double Percent75 { get; init; }

    /// <summary>95 %.</summary>
    public required double Percent95 { get; init; }

    /// <summary>99 %.</summary>
    public required double Percent99 { get; init; }

    /// <summary>Standard deviation.</summary>
    public required double StdDev { get; init; }
}

/// <summary>Bytes.</summary>
public sealed record DataTransferStats
{
    /// <summary>Mean of a response.</summary>
    public required long MeanBytes { get; init; }

    /// <summary>All together.</summary>
    public required long AllBytes { get; init; }
}

/// <summary>What succeeded, or what failed.</summary>
public sealed record MeasurementStats
{
    /// <summary>How many.</summary>
    public required RequestStats Request { get; init; }

    /// <summary>Latencies.</summary>
    public required LatencyStats Latency { get; init; }

    /// <summary>Bytes.</summary>
    public required DataTransferStats DataTransfer { get; init; }

    /// <summary>By status code.</summary>
    public required StatusCodeStats[] StatusCodes { get; init; }
}

/// <summary>A step's figures.</summary>
public sealed record StepStats
{
    /// <summary>Its name.</summary>
    public required string StepName { get; init; }

    /// <summary>What succeeded.</summary>
    public required MeasurementStats Ok { get; init; }

    /// <summary>What failed.</summary>
    public required MeasurementStats Fail { get; init; }
}

/// <summary>A scenario's figures.</summary>
public sealed record ScenarioStats
{
    /// <summary>Its name.</summary>
    public required string ScenarioName { get; init; }

    /// <summary>What succeeded.</summary>
    public required MeasurementStats Ok { get; init; }

    /// <summary>What failed.</summary>
    public required MeasurementStats Fail { get; init; }

    /// <summary>Its steps, in the order in which they were first seen.</summary>
    public required StepStats[] StepStats { get; init; }

    /// <summary>Invocations.</summary>
    public required int AllRequestCount { get; init; }

    /// <summary>Invocations that succeeded.</summary>
    public required int AllOkCount { get; init; }

    /// <summary>Invocations that failed.</summary>
    public required int AllFailCount { get; init; }

    /// <summary>Bytes.</summary>
    public required long AllBytes { get; init; }

    /// <summary>Measured time.</summary>
    public required TimeSpan Duration { get; init; }
}

/// <summary>What became of a threshold.</summary>
public sealed record ThresholdResult
{
    /// <summary>Of which scenario.</summary>
    public required string ScenarioName { get; init; }

    /// <summary>Of which step; empty: the scenario.</summary>
    public required string StepName { get; init; }

    /// <summary>The condition.</summary>
    public required string CheckExpression { get; init; }

    /// <summary>Why it could not be checked; empty: it could.</summary>
    public required string ExceptionMsg { get; init; }

    /// <summary>How often it was not met.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>It was not met.</summary>
    public required bool IsFailed { get; init; }
}

/// <summary>A report that was written.</summary>
/// <param name="FilePath">Where.</param>
/// <param name="ReportFormat">What.</param>
public sealed record ReportFile(string FilePath, ReportFormat ReportFormat);

/// <summary>The result of a run.</summary>
public sealed record NodeStats
{
    /// <summary>Its scenarios.</summary>
    public required ScenarioStats[] ScenarioStats { get; init; }

    /// <summary>Its thresholds.</summary>
    public required ThresholdResult[] Thresholds { get; init; }

    /// <summary>The machine.</summary>
    public required NodeInfo NodeInfo { get; init; }

    /// <summary>The test.</summary>
    public required TestInfo TestInfo { get; init; }

    /// <summary>Reports that were written.</summary>
    public required ReportFile[] ReportFiles { get; init; }

    /// <summary>Invocations that succeeded.</summary>
    public int AllOkCount => ScenarioStats.Sum(scenario => scenario.AllOkCount);

    /// <summary>Invocations that failed.</summary>
    public int AllFailCount => ScenarioStats.Sum(scenario => scenario.AllFailCount);

    /// <summary>Measured time.</summary>
    public required TimeSpan Duration { get; init; }
}

/// <summary>Look-ups by name.</summary>
public static class StatsExtensions
{
    /// <summary>The step of that name.</summary>
    /// <param name="stats">Where to look.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">It never ran.</exception>
    public static StepStats Get(this StepStats[] stats, string name) =>
        Array.Find(stats, each => each.StepName == name) ?? throw new KeyNotFoundException($"step '{name}' never ran");

    /// <summary>Whether there is a step of that name.</summary>
    /// <param name="stats">Where to look.</param>
    /// <param name="name">Its name.</param>
    public static bool Exists(this StepStats[] stats, string name) => Array.Exists(stats, each => each.StepName == name);

    /// <summary>The scenario of that name.</summary>
    /// <param name="stats">Where to look.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">It was not registered.</exception>
    public static ScenarioStats Get(this ScenarioStats[] stats, string name) =>
        Array.Find(stats, each => each.ScenarioName == name) ?? throw new KeyNotFoundException($"there is no scenario '{name}'");

    /// <summary>The figures of a status code.</summary>
    /// <param name="stats">Where to look.</param>
    /// <param name="name">The code.</param>
    /// <exception cref="KeyNotFoundException">It was never seen.</exception>
    public static StatusCodeStats Get(this StatusCodeStats[] stats, string name) =>
        Array.Find(stats, each => each.StatusCode == name) ?? throw new KeyNotFoundException($"status code '{name}' was never seen");

    /// <summary>Whether a status code was seen.</summary>
    /// <param name="stats">Where to look.</param>
    /// <param name="name">The code.</param>
    public static bool Exists(this StatusCodeStats[] stats, string name) => Array.Exists(stats, each => each.StatusCode == name);
}
