using System.Globalization;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reporting;

/// <summary>The report as plain text: the last thing that the terminal shows.</summary>
internal static class TextReport
{
    public static string Render(ReportModel report)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"== {report.Result.TestInfo.TestName}");
        if (report.Goal.Length > 0)
            text.AppendLine(report.Goal);
        foreach ((string name, string value) in report.Facts)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {name}: {value}");
        foreach (ReportScenario scenario in report.Scenarios)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{scenario.Name}: {scenario.Load}");
            text.Append(CultureInfo.InvariantCulture, $"  {"",-26}{"ok",11}{"failed",10}{"ok/s",10}");
            foreach (double percentile in ReportModel.Percentiles)
                text.Append(CultureInfo.InvariantCulture, $"{ReportModel.Heading(percentile),9}");
            text.AppendLine(CultureInfo.InvariantCulture, $"{"max",9}  ms");
            foreach (ReportRow row in scenario.Steps.Prepend(scenario.Row))
                Line(text, row);
            foreach (StatusCodeStats code in scenario.StatusCodes.Where(code => code.IsError))
                text.AppendLine(CultureInfo.InvariantCulture, $"  {code.Count:N0} × {code.StatusCode}: {code.Message}");
        }

        text.AppendLine();
        foreach (ReportThreshold each in report.Thresholds)
        {
            string measured = each.Measured.Length > 0 ? $" (measured: {each.Measured})" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"{(each.Failed ? "FAIL" : "PASS")}  {each.Of}: {each.Condition}{measured} {each.Fault}");
        }

        text.Append(report.Passed ? "PASSED" : "FAILED");
        return text.ToString();
    }

    private static void Line(StringBuilder text, ReportRow row)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {row.Name,-26}{row.Ok,11:N0}{row.Failed,10:N0}{row.PerSecond,10:N0}");
        foreach (double latency in row.Latencies)
            text.Append(CultureInfo.InvariantCulture, $"{ReportModel.Ms(latency),9}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{ReportModel.Ms(row.Max),9}");
    }
}
