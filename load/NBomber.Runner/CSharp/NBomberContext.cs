using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

/// <summary>A run as it was described.</summary>
public sealed record NBomberContext
{
    internal NBomberContext()
    {
    }

    internal IReadOnlyList<ScenarioProps> Scenarios { get; init; } = [];

    internal string ReportFolder { get; init; } = "reports";

    internal string? ReportFileName { get; init; }

    internal IReadOnlyList<ReportFormat> ReportFormats { get; init; } = [ReportFormat.Txt, ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md];

    internal string TestSuite { get; init; } = "nbomber_default_test_suite_name";

    internal string TestName { get; init; } = "nbomber_default_test_name";

    internal TimeSpan CompletionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    internal RunNotes Notes { get; init; } = new();
}
