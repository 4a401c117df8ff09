using System.Globalization;
using System.Text;

namespace NBomber.Reporting;

/// <summary>The report as comma-separated values: a line for each scenario and step, and a file of seconds.</summary>
internal static class CsvReport
{
    public static string Render(ReportModel report)
    {
        var text = new StringBuilder("test,scenario,step,ok,failed,ok_per_second,mean_ms");
        foreach (double percentile in ReportModel.Percentiles)
            text.Append(CultureInfo.InvariantCulture, $",{ReportModel.Heading(percentile)}_ms");
        text.AppendLine(",max_ms,mean_bytes");
        foreach (ReportScenario scenario in report.Scenarios)
        {
            foreach (ReportRow row in scenario.Steps.Prepend(scenario.Row))
            {
                string step = ReferenceEquals(row, scenario.Row) ? "" : row.Name;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{Cell(report.Result.TestInfo.TestName)},{Cell(scenario.Name)},{Cell(step)},{row.Ok},{row.Failed},{row.PerSecond:0.##},{row.Mean:0.####}");
                foreach (double latency in row.Latencies)
                    text.Append(CultureInfo.InvariantCulture, $",{latency:0.####}");
                text.AppendLine(CultureInfo.InvariantCulture, $",{row.Max:0.####},{row.MeanBytes}");
            }
        }

        return text.ToString();
    }

    public static string RenderSeconds(ReportModel report)
    {
        var text = new StringBuilder("scenario,second,ok,failed,p50_ms,p99_ms,max_ms,events").AppendLine();
        foreach (ReportScenario scenario in report.Scenarios)
        {
            for (int second = 0; second < scenario.Seconds.Count; second++)
            {
                ReportSecond each = scenario.Seconds[second];
                string events = string.Join("; ", report.Events.Where(at => (int)at.Second == second).Select(at => at.Text));
                text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"{Cell(scenario.Name)},{second},{each.Answered},{each.Failed},{each.P50:0.####},{each.P99:0.####},{each.Max:0.####},{Cell(events)}");
            }
        }

        return text.ToString();
    }

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
