using System.Globalization;
using System.Text.Json;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Blast;

/// <summary>What a blast found. Latencies are of answers with status OK; in an open loop they count from the time a call was due.</summary>
public sealed record BlastResult
{
    /// <summary>Answers with status OK in the measured time.</summary>
    public long Calls { get; init; }

    /// <summary>Measured seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Answers with status OK a second.</summary>
    public double CallsPerSecond { get; init; }

    /// <summary>Calls that did not end so.</summary>
    public long Failed { get; init; }

    /// <summary>Them by status.</summary>
    public IReadOnlyDictionary<string, long> FailedBy { get; init; } = new Dictionary<string, long>();

    /// <summary>Median, ms.</summary>
    public double P50Ms { get; init; }

    /// <summary>ms.</summary>
    public double P90Ms { get; init; }

    /// <summary>ms.</summary>
    public double P99Ms { get; init; }

    /// <summary>ms.</summary>
    public double P999Ms { get; init; }

    /// <summary>The longest, ms.</summary>
    public double MaxMs { get; init; }

    /// <summary>Mean bytes of an answer's message.</summary>
    public double BytesPerAnswer { get; init; }

    /// <summary>Connections that had to be opened again.</summary>
    public int Reconnects { get; init; }

    /// <summary>CPU time of this program for one call of the run, warm-up included, µs.</summary>
    public double DriverCpuMicrosecondsPerCall { get; init; }

    /// <summary>What the first failure of each status said.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>For people.</summary>
    public string ToText()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            {CallsPerSecond:N0} calls/s ({Calls:N0} OK in {Seconds:0.##} s, {Failed:N0} failed), {BytesPerAnswer:N0} bytes an answer
            latency ms: p50 {P50Ms:0.000}  p90 {P90Ms:0.000}  p99 {P99Ms:0.000}  p99.9 {P999Ms:0.000}  max {MaxMs:0.000}
            driver: {DriverCpuMicrosecondsPerCall:0.00} µs CPU a call
            """);
        if (Reconnects > 0)
            text += $"\nconnections opened again: {Reconnects}";
        return Details.Count == 0 ? text : text + "\nfailed: " + string.Join("\nfailed: ", Details);
    }

    private static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    internal static BlastResult From(BlastOptions options, BlastTally tally, TimeSpan cpu)
    {
        double all = tally.Calls * (options.Seconds + options.Warmup) / options.Seconds;
        return new BlastResult
        {
            Calls = tally.Ok.Count,
            Seconds = options.Seconds,
            CallsPerSecond = tally.Ok.Count / options.Seconds,
            Failed = tally.Failed,
            FailedBy = tally.Failures().ToDictionary(failure => failure.Status.ToString(), failure => failure.Count),
            Details = [.. tally.Failures().Select(failure => $"{failure.Count:N0} × {failure.Status}: {failure.Detail}")],
            P50Ms = Ms(tally, 50),
            P90Ms = Ms(tally, 90),
            P99Ms = Ms(tally, 99),
            P999Ms = Ms(tally, 99.9),
            MaxMs = tally.Ok.Max / 1e6,
            BytesPerAnswer = tally.Ok.Count == 0 ? 0 : (double)tally.Bytes / tally.Ok.Count,
            Reconnects = tally.Reconnects,
            DriverCpuMicrosecondsPerCall = all == 0 ? 0 : cpu.TotalMicroseconds / all,
        };
    }

    private static double Ms(BlastTally tally, double percent) => tally.Ok.Percentile(percent) / 1e6;
}
