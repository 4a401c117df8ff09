using System.Diagnostics;
using System.Globalization;
using DecisionServer.Load.Measuring;
using NBomber;

namespace DecisionServer.Load.Running;

/// <summary>Says of the slowest calls what was measured while they waited, and what of it explains them.</summary>
internal static class SlowMoments
{
    private const int Told = 5;

    /// <summary>Puts it into the report.</summary>
    /// <param name="notes">The run's.</param>
    /// <param name="calls">The slowest of each tenth of a second, of every client.</param>
    /// <param name="stalls">What was seen meanwhile.</param>
    public static void Tell(RunNotes notes, IEnumerable<SlowCall> calls, Stalls stalls)
    {
        SlowCall[] slowest = [.. calls.OrderByDescending(call => call.Latency)];
        if (stalls.Fault is { } fault)
            notes.Fact("causes of slow calls", "not all were looked for: " + fault);
        var told = new List<SlowCall>();
        foreach (SlowCall call in slowest)
        {
            // One stall shows in the tenths of a second that it touches; it is told once.
            if (told.Count < Told && !told.Exists(each => each.Due < call.Received && call.Due < each.Received))
            {
                told.Add(call);
                notes.Fact(told.Count == 1 ? "slowest call" : $"slowest, {told.Count}.", Text(call, stalls.During(call), notes.StartedAt));
            }
        }

        SlowCall[] tenth = [.. slowest.Take(Math.Max(1, slowest.Length / 10))];
        if (tenth.Length > 1)
        {
            notes.Fact(
                "causes of the slowest tenth",
                string.Create(CultureInfo.InvariantCulture, $"the {tenth.Length} tenths of a second with the slowest calls, {tenth[^1].Latency.TotalMilliseconds:0.0} ms and more: ")
                + string.Join(", ", tenth.GroupBy(call => Cause(call.Latency.TotalMilliseconds, stalls.During(call))).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}")));
        }
    }

    /// <summary>What explains most of a wait: the longest of what was measured, where that is at least half of it.</summary>
    public static string Cause(double latencyMs, Stall during)
    {
        (double Ms, string Name)[] causes =
        [
            (during.Server.CollectorMs, "garbage collection"),
            (during.Server.NoCoreMs, "a thread of the server without a core"),
            (during.DriverCollectorMs, "the driver's own collector"),
            (during.DriverNoCoreMs, "the driver without a core"),
        ];
        (double ms, string name) = causes.MaxBy(cause => cause.Ms);
        if (ms >= latencyMs / 2)
            return name;
        return during.DiskReads > 0 ? "pages read from the disk" : "not explained by one of these";
    }

    private static string Text(SlowCall call, Stall during, long start)
    {
        string at = start == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"at {Stopwatch.GetElapsedTime(start, call.Due).TotalSeconds:0.0} s ");
        double ms = call.Latency.TotalMilliseconds;
        string thread = during.Server.Thread.Length == 0 ? "a thread" : during.Server.Thread;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{at}{ms:0.0} ms: {Cause(ms, during)}. Measured meanwhile, to a tenth of a second: collector's threads busy {during.Server.CollectorMs:0.0} ms; {thread} ready without a core {during.Server.NoCoreMs:0.0} ms longer than usual; pages touched first {during.FirstTouches:N0}, read from disk {during.DiskReads:N0}; driver: collector {during.DriverCollectorMs:0.0} ms, without a core {during.DriverNoCoreMs:0.0} ms longer than usual");
    }
}
