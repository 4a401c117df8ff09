using System.Globalization;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace NBomber.Reporting;

/// <summary>Writes reports to files.</summary>
internal static class ReportWriter
{
    public static ReportFile[] Write(ReportModel report, NBomberContext context)
    {
        if (context.ReportFormats.Count == 0)
            return [];
        Directory.CreateDirectory(context.ReportFolder);
        string name = context.ReportFileName
            ?? "nbomber_report_" + report.Result.TestInfo.Created.ToString("yyyy-MM-dd--HH-mm-ss", CultureInfo.InvariantCulture);
        string path = Path.GetFullPath(Path.Combine(context.ReportFolder, name));
        var files = new List<ReportFile>();
        foreach (ReportFormat format in context.ReportFormats.Distinct())
        {
            string file = path + "." + format.ToString().ToLowerInvariant();
            File.WriteAllText(file, Render(report, format));
            files.Add(new ReportFile(file, format));
            if (format == ReportFormat.Csv)
                File.WriteAllText(path + ".seconds.csv", CsvReport.RenderSeconds(report));
        }

        return [.. files];
    }

    private static string Render(ReportModel report, ReportFormat format) => format switch
    {
        ReportFormat.Html => HtmlReport.Render(report),
        ReportFormat.Csv => CsvReport.Render(report),
        ReportFormat.Md => MarkdownReport.Render(report),
        _ => TextReport.Render(report),
    };
}
