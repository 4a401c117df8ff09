using System.Globalization;
using NBomber.Contracts.Stats;

namespace NBomber.Reporting;

/// <summary>What stands at the top of a report.</summary>
internal static class ReportHeader
{
    public static IEnumerable<(string Name, string Value)> Of(ReportModel report)
    {
        NodeInfo node = report.Result.NodeInfo;
        yield return ("started", report.Result.TestInfo.Created.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        yield return ("measured", string.Create(CultureInfo.InvariantCulture, $"{report.Result.Duration.TotalSeconds:0.#} s"));
        yield return ("machine", $"{node.Processor}, {node.CoresCount} cores, {Machine.Memory()}, {node.OS}, {node.DotNetVersion}; server and load driver share it");
        yield return ("command", report.CommandLine);
        foreach ((string name, string value) in report.Facts)
            yield return (name, value);
    }
}
