using System.Text;

namespace DecisionServer.Benchmarks;

/// <summary>The table of ratios: the goals of the design, and beside them what explains them.</summary>
internal static class RatioTable
{
    /// <summary>All rows; a name is what benchmarks/compare measures under it.</summary>
    public static IReadOnlyList<RatioRow> Rows { get; } =
    [
        new("`NextBestOffers` / canned bytes from the same server, h2load", "h2load-decide", "h2load-canned", "calls/s", 0.85, true),
        new("the same, random members, blast", "blast-decide", "blast-canned", "calls/s", 0.85, true),
        new("the same / canned message object, random members, blast", "blast-decide", "blast-message", "calls/s", 0.85, true),
        new("`NextBestOffers`, h2load / unpipelined Redis `GET` of an answer's bytes, 50 connections", "h2load-decide", "redis-get", "calls/s", 2, true),
        new("the same, random members, blast", "blast-decide", "redis-get", "calls/s", 2, true),
        new("`NextBestOffers` / the obvious service over Redis: throughput, random members, blast", "blast-decide", "blast-baseline", "calls/s", 5, true),
        new("the same: p99 at the same concurrency", "blast-decide-p99", "blast-baseline-p99", "ms", 1.0 / 3, false),
        new("`Decide` in process / bare FASTER read of the same record", "decide-ns", "faster-read-ns", "ns", 3, false),
        new("p99 while a generation loads and is published / quiet, at half the maximum rate", "swap-p99", "quiet-p99", "ms", 2.5, false),
        new("loading over gRPC (.pb) / bare FASTER upserts of the same records on two threads", "load-rate", "upsert-rate", "sets/s", 0.35, true),
        new("the same, upserts on one thread (for comparison, no goal of its own)", "load-rate", "upsert-rate-1", "sets/s", 0.35, true),
        new("resident memory that a generation adds / its packed bytes", "resident-bytes", "packed-bytes", "bytes", 1.3, false),
        new("restart to ready / `cat` of the same segment files", "restart-s", "cat-s", "s", 4, false),
    ];

    /// <summary>Rows without a second side: name, text, unit.</summary>
    private static readonly (string Name, string Text, string Unit)[] Figures =
    [
        ("decide-bytes", "allocated by one `Decide`", "bytes"),
        ("store-read-ns", "`OfferSetStore` read and unpacked", "ns"),
        ("answer-bytes", "an answer's message", "bytes"),
        ("record-bytes", "a packed record", "bytes"),
        ("failed-calls", "calls that failed in all rounds", "calls"),
        ("half-rate", "half of the maximum rate", "calls/s"),
        ("quiet-p99", "p99 at that rate, quiet", "ms"),
        ("swap-p999", "p99.9 while loading and publishing", "ms"),
        ("swap-max", "longest call while loading and publishing", "ms"),
        ("load-s", "one load, from start to published", "s"),
    ];

    /// <summary>The whole report in Markdown.</summary>
    public static string Write(Measurements measurements)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in measurements.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal)) text.Append(name).Append(": ").AppendLine(value);
        text.AppendLine().AppendLine(RatioRow.Head);
        foreach (var row in Rows) text.AppendLine(row.Write(measurements));
        text.AppendLine().AppendLine("| figure | median | lowest – highest |").AppendLine("|---|---|---|");
        foreach (var (name, what, unit) in Figures)
        {
            var values = measurements.Values(name);
            if (values.Count == 0) continue;
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture,
                $"| {what} | {RatioRow.Number(Measurements.Median(values)!.Value)} {unit} | {RatioRow.Number(values.Min())} – {RatioRow.Number(values.Max())} |");
        }

        return text.ToString();
    }
}
