using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NBomber.Contracts.Stats;

namespace NBomber.Reporting;

/// <summary>A threshold as people read it: the condition without its lambda, and what was measured where that can be told.</summary>
internal sealed partial record ReportThreshold(string Of, string Condition, string Measured, string Fault, bool Failed)
{
    public static ReportThreshold From(ThresholdResult result, ScenarioStats stats, IReadOnlyList<(string Name, string Value)> facts)
    {
        string of = result.StepName.Length > 0 ? $"{result.ScenarioName} / {result.StepName}" : result.ScenarioName;
        string condition = Lambda().Replace(result.CheckExpression, "");
        string measured = "";
        if (Noted().Match(condition) is { Success: true } noted)
        {
            string name = noted.Groups["name"].Value;
            condition = name + " " + noted.Groups["rest"].Value;
            measured = facts.LastOrDefault(fact => fact.Name == name).Value ?? "";
        }
        else if (Path().Match(condition) is { Success: true } path)
        {
            object? subject = result.StepName.Length > 0 ? Array.Find(stats.StepStats, step => step.StepName == result.StepName) : stats;
            measured = Value(subject, path.Groups["path"].Value);
        }

        return new ReportThreshold(of, condition, measured, result.ExceptionMsg, result.IsFailed);
    }

    private static string Value(object? subject, string path)
    {
        foreach (string name in path.Split('.').Skip(1))
            subject = subject?.GetType().GetProperty(name, BindingFlags.Public | BindingFlags.Instance)?.GetValue(subject);
        return subject switch
        {
            double number => number.ToString("0.###", CultureInfo.InvariantCulture),
            int or long => string.Create(CultureInfo.InvariantCulture, $"{subject:N0}"),
            _ => "",
        };
    }

    [GeneratedRegex(@"^\w+\s*=>\s*")]
    private static partial Regex Lambda();

    // RunNotes.Noted("what", value) <= bound.
    [GeneratedRegex("""^[\w.]*Noted\("(?<name>[^"]+)",.*\)\s*(?<rest>(<=|>=|<|>|==|!=).*)$""", RegexOptions.Singleline)]
    private static partial Regex Noted();

    // stats.Ok.Latency.Percent99 < 2.
    [GeneratedRegex(@"^(?<path>\w+(\.\w+)+)\s*(<=|>=|<|>|==|!=)")]
    private static partial Regex Path();
}
