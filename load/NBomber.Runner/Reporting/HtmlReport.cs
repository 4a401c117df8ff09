using System.Globalization;
using System.Net;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reporting;

/// <summary>The report as one page that needs nothing else: no script, no network.</summary>
internal static class HtmlReport
{
    private const int FewestForCharts = 10;

    private const string Style = """
        :root{color-scheme:light dark;--text:#1c2733;--soft:#5b6b7b;--line:#d7dee6;--back:#fff;--box:#f5f7fa;--good:#0b7a3b;--bad:#b3261e;--c1:#2563eb;--c2:#d97706;--c3:#a21caf;--c4:#0f9d58}
        @media(prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9aa7b4;--line:#30363d;--back:#0d1117;--box:#161b22;--good:#3fb950;--bad:#f85149;--c1:#60a5fa;--c2:#fbbf24;--c3:#e879f9;--c4:#34d399}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);margin:0 auto;padding:24px;max-width:1000px}
        h1{font-size:24px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 6px;border-bottom:1px solid var(--line);padding-bottom:4px}h3{font-size:15px;margin:20px 0 4px}
        p{margin:6px 0}.soft{color:var(--soft)}.badge{font-size:14px;padding:2px 10px;border-radius:12px;color:#fff;vertical-align:3px}.good{background:var(--good)}.bad{background:var(--bad)}
        td.good,td.bad{background:none;font-weight:600}td.good{color:var(--good)}td.bad{color:var(--bad)}
        .cards{display:flex;flex-wrap:wrap;gap:10px;margin:12px 0}.card{background:var(--box);border:1px solid var(--line);border-radius:8px;padding:8px 14px;min-width:96px}
        .card b{display:block;font-size:20px}.card span{font-size:12px;color:var(--soft)}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px;width:100%}
        th,td{text-align:right;padding:4px 8px;border-bottom:1px solid var(--line);white-space:nowrap}th{color:var(--soft);font-weight:600}
        td:first-child,th:first-child,td.text,th.text{text-align:left}td.text{white-space:normal}code{font:12px ui-monospace,monospace;white-space:pre-wrap;word-break:break-word}
        svg{width:100%;height:auto;margin:10px 0;background:var(--box);border:1px solid var(--line);border-radius:8px;padding:6px;box-sizing:border-box}
        svg text{fill:var(--text);font-size:11px}svg .title{font-size:13px;font-weight:600}svg .tick{fill:var(--soft)}svg .grid{stroke:var(--line)}
        svg polyline{fill:none;stroke-width:1.8}svg .c1{stroke:var(--c1)}svg .c2{stroke:var(--c2)}svg .c3{stroke:var(--c3);stroke-width:1.2}svg .c4{stroke:var(--c4)}svg .cbad{stroke:var(--bad)}
        svg line.c1,svg line.c2,svg line.c3,svg line.c4,svg line.cbad{stroke-width:3}svg line.event{stroke:var(--soft);stroke-dasharray:4 3}svg text.event{fill:var(--text);font-size:10.5px}
        """;

    public static string Render(ReportModel report)
    {
        var html = new StringBuilder();
        string name = Encode(report.Result.TestInfo.TestName);
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{name}</title><style>{Style}</style>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{name} <span class=\"badge {(report.Passed ? "good" : "bad")}\">{(report.Passed ? "passed" : "failed")}</span></h1>\n");
        if (report.Goal.Length > 0)
            html.Append(CultureInfo.InvariantCulture, $"<p>{Encode(report.Goal)}</p>\n");
        Thresholds(html, report);
        foreach (ReportScenario scenario in report.Scenarios)
            Scenario(html, report, scenario);
        Run(html, report);
        Reading(html);
        return html.Append("</html>\n").ToString();
    }

    private static void Thresholds(StringBuilder html, ReportModel report)
    {
        if (report.Thresholds.Count == 0)
            return;
        html.Append("<h2>Thresholds</h2><div class=\"wide\"><table><tr><th>result<th class=\"text\">of<th class=\"text\">condition<th>measured</tr>\n");
        foreach (ReportThreshold each in report.Thresholds)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td class=\"{(each.Failed ? "bad" : "good")}\">{(each.Failed ? "FAIL" : "pass")}<td class=\"text\">{Encode(each.Of)}<td class=\"text\"><code>{Encode(each.Condition)}</code> {Encode(each.Fault)}<td>{Encode(each.Measured)}</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void Scenario(StringBuilder html, ReportModel report, ReportScenario scenario)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(scenario.Name)}</h2><p class=\"soft\">Load: {Encode(scenario.Load)}</p>\n<div class=\"cards\">");
        Card(html, scenario.Row.PerSecond.ToString("N0", CultureInfo.InvariantCulture), "ok per second");
        Card(html, scenario.Row.Ok.ToString("N0", CultureInfo.InvariantCulture), "ok");
        Card(html, scenario.Row.Failed.ToString("N0", CultureInfo.InvariantCulture), "failed");
        Card(html, ReportModel.Ms(scenario.Row.Latencies[0]) + " ms", "p50");
        Card(html, ReportModel.Ms(scenario.Row.Latencies[4]) + " ms", "p99");
        Card(html, ReportModel.Ms(scenario.Row.Max) + " ms", "longest");
        html.Append("</div>\n");

        if (scenario.Row.Ok + scenario.Row.Failed < FewestForCharts)
        {
            Table(html, scenario);
            StatusCodes(html, scenario);
            return;
        }

        // The first and last second are whole only by chance; the x axis ends where the load does.
        double seconds = Math.Max(1, scenario.Duration.TotalSeconds);
        IReadOnlyList<ChartTick> ticks = Chart.SecondTicks(seconds);
        html.Append(Chart.Draw("Latency over time (each second)", "ms", [OverTime("p50", "c1", scenario, each => each.P50), OverTime("p99", "c2", scenario, each => each.P99), OverTime("max", "c3", scenario, each => each.Max)], ticks, report.Events, logarithmic: true));
        html.Append(Chart.Draw("Throughput over time", "per second", [OverTime("ok", "c4", scenario, each => each.Answered), OverTime("failed", "cbad", scenario, each => each.Failed)], ticks, report.Events, logarithmic: false));
        Curve(html, scenario);
        Table(html, scenario);
        StatusCodes(html, scenario);
    }

    private static ChartLine OverTime(string name, string style, ReportScenario scenario, Func<ReportSecond, double> value) =>
        new(name, style, [.. scenario.Seconds.Take((int)Math.Ceiling(scenario.Duration.TotalSeconds - 0.05)).Select((each, second) => (second + 0.5, value(each)))]);

    // The x axis counts nines: each further one takes the same room.
    private static void Curve(StringBuilder html, ReportScenario scenario)
    {
        if (scenario.Curve.Count < 2)
            return;
        static double Nines(double percent) => -Math.Log10(1 - (percent / 100));
        double end = Nines(scenario.Curve[^1].Percent);
        List<ChartTick> ticks = [.. new[] { 0, 50, 90, 99, 99.9, 99.99, 99.999 }
            .Where(percent => Nines(percent) < end - 0.1)
            .Select(percent => new ChartTick(Nines(percent), percent.ToString(CultureInfo.InvariantCulture) + " %"))];
        ticks.Add(new ChartTick(end, ""));
        html.Append(Chart.Draw(
            "Latency by percentile", "ms", [new ChartLine("latency", "c1", [.. scenario.Curve.Select(point => (Nines(point.Percent), point.Ms))])], ticks, [], logarithmic: true));
    }

    private static void Table(StringBuilder html, ReportScenario scenario)
    {
        html.Append("<div class=\"wide\"><table><tr><th><th>ok<th>failed<th>ok/s<th>mean");
        foreach (double percentile in ReportModel.Percentiles)
            html.Append(CultureInfo.InvariantCulture, $"<th>{ReportModel.Heading(percentile)}");
        html.Append("<th>max ms<th>bytes</tr>\n");
        foreach (ReportRow row in scenario.Steps.Prepend(scenario.Row))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(row.Name)}<td>{row.Ok:N0}<td>{row.Failed:N0}<td>{row.PerSecond:N0}<td>{ReportModel.Ms(row.Mean)}");
            foreach (double latency in row.Latencies)
                html.Append(CultureInfo.InvariantCulture, $"<td>{ReportModel.Ms(latency)}");
            html.Append(CultureInfo.InvariantCulture, $"<td>{ReportModel.Ms(row.Max)}<td>{row.MeanBytes:N0}</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void StatusCodes(StringBuilder html, ReportScenario scenario)
    {
        if (scenario.StatusCodes.Count == 0)
            return;
        html.Append("<h3>Status codes</h3><div class=\"wide\"><table><tr><th>status<th>count<th>%<th class=\"text\">the first said</tr>\n");
        foreach (StatusCodeStats code in scenario.StatusCodes)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"{(code.IsError ? "bad" : "good")}\">{Encode(code.StatusCode)}<td>{code.Count:N0}<td>{code.Percent}<td class=\"text\">{Encode(code.Message)}</tr>\n");
        html.Append("</table></div>\n");
    }

    private static void Run(StringBuilder html, ReportModel report)
    {
        html.Append("<h2>The run</h2><div class=\"wide\"><table>\n");
        foreach ((string name, string value) in ReportHeader.Of(report))
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Encode(name)}<td class=\"text\">{Encode(value)}</tr>\n");
        html.Append("</table></div>\n");
        if (report.Events.Count == 0)
            return;
        html.Append("<h3>Events</h3><div class=\"wide\"><table><tr><th>second<th class=\"text\">what</tr>\n");
        foreach ((double second, string text) in report.Events)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{second:0.0}<td class=\"text\">{Encode(text)}</tr>\n");
        html.Append("</table></div>\n");
    }

    private static void Reading(StringBuilder html) => html.Append("""
        <h2>How to read this</h2>
        <p>Latencies are in milliseconds and of successful calls; failures are counted apart. In an open loop calls are due at fixed times, whatever the server does, and a call's
        latency counts from the time it was due: if the server or the driver stalls for a second, every call that was due in that second shows the wait, not just one.
        In a closed loop a caller asks again when it has its answer, so the rate follows the server and latency counts from sending.</p>
        <p>A second of the latency chart shows the calls that were due in it; throughput counts answers when they came. Rows below the first one of a table are steps:
        parts of a scenario, or phases of its time. Percentiles are exact to 0.8 %, maxima are exact. Seconds and steps are in the CSV files beside this page.</p>

        """);

    private static void Card(StringBuilder html, string value, string what) =>
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><b>{Encode(value)}</b><span>{Encode(what)}</span></div>");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
