using System.Runtime.CompilerServices;
using NBomber.Contracts.Stats;

namespace NBomber.Contracts;

/// <summary>A condition that a run must meet; the run fails where it does not.</summary>
public sealed class Threshold
{
    private readonly Func<ScenarioStats, bool> _check;

    private Threshold(string? stepName, string expression, Func<ScenarioStats, bool> check)
    {
        StepName = stepName;
        Expression = expression;
        _check = check;
    }

    internal string? StepName { get; }

    internal string Expression { get; }

    /// <summary>On a scenario.</summary>
    /// <param name="checkScenario">True where the condition is met.</param>
    /// <param name="expression">The condition's text; filled in by the compiler.</param>
    public static Threshold Create(Func<ScenarioStats, bool> checkScenario, [CallerArgumentExpression(nameof(checkScenario))] string expression = "") =>
        new(null, expression, checkScenario);

    /// <summary>On a step of it.</summary>
    /// <param name="stepName">Which step.</param>
    /// <param name="checkStep">True where the condition is met.</param>
    /// <param name="expression">The condition's text; filled in by the compiler.</param>
    public static Threshold Create(
        string stepName, Func<StepStats, bool> checkStep, [CallerArgumentExpression(nameof(checkStep))] string expression = "") =>
        new(stepName, expression, scenario => checkStep(scenario.StepStats.Get(stepName)));

    internal ThresholdResult Check(ScenarioStats stats)
    {
        bool failed;
        string fault = "";
        try
        {
            failed = !_check(stats);
        }
        catch (Exception thrown)
        {
            // A step that never ran, for example: a condition on nothing is not met.
            (failed, fault) = (true, thrown.Message);
        }

        return new ThresholdResult
        {
            ScenarioName = stats.ScenarioName,
            StepName = StepName ?? "",
            CheckExpression = Expression,
            ExceptionMsg = fault,
            ErrorCount = failed ? 1 : 0,
            IsFailed = failed,
        };
    }
}
