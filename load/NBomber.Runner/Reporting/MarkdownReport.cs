using System.Globalization;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reporting;

/// <summary>The report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Render(ReportModel report)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {report.Result.TestInfo.TestName}: {(report.Passed ? "passed" : "failed")}").AppendLine();
        if (report.Goal.Length > 0)
            text.AppendLine(report.Goal).AppendLine();
        text.AppendLine("| | |").AppendLine("|---|---|");
        foreach ((string name, string value) in ReportHeader.Of(report))
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(name)} | {Cell(value)} |");
        Thresholds(text, report);
        foreach (ReportScenario scenario in report.Scenarios)
            Scenario(text, scenario);
        if (report.Events.Count > 0)
        {
            text.AppendLine().AppendLine("## Events").AppendLine().AppendLine("| second | |").AppendLine("|---|---|");
            foreach ((double second, string what) in report.Events)
                text.AppendLine(CultureInfo.InvariantCulture, $"| {second:0.0} | {Cell(what)} |");
        }

        return text.ToString();
    }

    private static void Thresholds(StringBuilder text, ReportModel report)
    {
        if (report.Thresholds.Count == 0)
            return;
        text.AppendLine().AppendLine("## Thresholds").AppendLine().AppendLine("| | of | condition | measured |").AppendLine("|---|---|---|---|");
        foreach (ReportThreshold each in report.Thresholds)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {(each.Failed ? "**FAIL**" : "pass")} | {Cell(each.Of)} | `{Cell(each.Condition)}` {Cell(each.Fault)} | {Cell(each.Measured)} |");
        }
    }

    private static void Scenario(StringBuilder text, ReportScenario scenario)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {scenario.Name}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Load: {scenario.Load}. Latencies in ms.").AppendLine();
        text.Append("| | ok | failed | ok/s | mean |");
        foreach (double percentile in ReportModel.Percentiles)
            text.Append(CultureInfo.InvariantCulture, $" {ReportModel.Heading(percentile)} |");
        text.AppendLine(" max | bytes |").Append("|---|").Insert(text.Length, "---|", ReportModel.Percentiles.Length + 6).AppendLine();
        foreach (ReportRow row in scenario.Steps.Prepend(scenario.Row))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(row.Name)} | {row.Ok:N0} | {row.Failed:N0} | {row.PerSecond:N0} | {ReportModel.Ms(row.Mean)} |");
            foreach (double latency in row.Latencies)
                text.Append(CultureInfo.InvariantCulture, $" {ReportModel.Ms(latency)} |");
            text.AppendLine(CultureInfo.InvariantCulture, $" {ReportModel.Ms(row.Max)} | {row.MeanBytes:N0} |");
        }

        if (scenario.StatusCodes.Count == 0)
            return;
        text.AppendLine().AppendLine("| status | count | % | the first said |").AppendLine("|---|---|---|---|");
        foreach (StatusCodeStats code in scenario.StatusCodes)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(code.StatusCode)} | {code.Count:N0} | {code.Percent} | {Cell(code.Message)} |");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
