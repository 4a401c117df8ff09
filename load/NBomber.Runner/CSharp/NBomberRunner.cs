using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Running;

namespace NBomber.CSharp;

/// <summary>Runs scenarios.</summary>
public static class NBomberRunner
{
    /// <summary>The scenarios of a run; they run at the same time.</summary>
    /// <param name="scenarios">The scenarios.</param>
    public static NBomberContext RegisterScenarios(params ScenarioProps[] scenarios)
    {
        ArgumentOutOfRangeException.ThrowIfZero(scenarios.Length);
        if (scenarios.DistinctBy(each => each.ScenarioName).Count() != scenarios.Length)
            throw new ArgumentException("two scenarios have the same name", nameof(scenarios));
        return new NBomberContext { Scenarios = scenarios };
    }

    /// <summary>Where reports go. Default: reports.</summary>
    /// <param name="context">The run.</param>
    /// <param name="reportFolderPath">A folder; made where it is missing.</param>
    public static NBomberContext WithReportFolder(this NBomberContext context, string reportFolderPath) => context with { ReportFolder = reportFolderPath };

    /// <summary>Name of the reports, without ending. Default: nbomber_report_ and the time.</summary>
    /// <param name="context">The run.</param>
    /// <param name="reportFileName">The name.</param>
    public static NBomberContext WithReportFileName(this NBomberContext context, string reportFileName) => context with { ReportFileName = reportFileName };

    /// <summary>Which reports. Default: all.</summary>
    /// <param name="context">The run.</param>
    /// <param name="reportFormats">The formats.</param>
    public static NBomberContext WithReportFormats(this NBomberContext context, params ReportFormat[] reportFormats) => context with { ReportFormats = reportFormats };

    /// <summary>No reports.</summary>
    /// <param name="context">The run.</param>
    public static NBomberContext WithoutReports(this NBomberContext context) => context with { ReportFormats = [] };

    /// <summary>Names the suite.</summary>
    /// <param name="context">The run.</param>
    /// <param name="testSuite">The name.</param>
    public static NBomberContext WithTestSuite(this NBomberContext context, string testSuite) => context with { TestSuite = testSuite };

    /// <summary>Names the test.</summary>
    /// <param name="context">The run.</param>
    /// <param name="testName">The name.</param>
    public static NBomberContext WithTestName(this NBomberContext context, string testName) => context with { TestName = testName };

    /// <summary>How long invocations may still take when a scenario's time is over; then they have failed. Default: 1 minute.</summary>
    /// <param name="context">The run.</param>
    /// <param name="timeout">How long.</param>
    public static NBomberContext WithScenarioCompletionTimeout(this NBomberContext context, TimeSpan timeout) => context with { CompletionTimeout = timeout };

    /// <summary>Runs.</summary>
    /// <param name="context">The run.</param>
    /// <param name="args">Of the command line; shown in the report.</param>
    public static NodeStats Run(this NBomberContext context, params string[] args) =>
        new TestRun(context, Console.Out, !Console.IsOutputRedirected, args).Run();
}
