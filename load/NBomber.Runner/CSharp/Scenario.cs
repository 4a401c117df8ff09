using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Describes scenarios.</summary>
public static class Scenario
{
    /// <summary>A scenario.</summary>
    /// <param name="name">Its name, once in a run.</param>
    /// <param name="run">One invocation.</param>
    public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ScenarioProps(name, run);
    }

    /// <summary>Runs once before all, warm-up included. Where it throws, the run ends.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="initFunc">What to do.</param>
    public static ScenarioProps WithInit(this ScenarioProps scenario, Func<IScenarioInitContext, Task> initFunc) => scenario with { Init = initFunc };

    /// <summary>Runs once after all.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="cleanFunc">What to do.</param>
    public static ScenarioProps WithClean(this ScenarioProps scenario, Func<IScenarioInitContext, Task> cleanFunc) => scenario with { Clean = cleanFunc };

    /// <summary>How long its first simulation runs unmeasured before. Default: 30 s.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="duration">How long.</param>
    public static ScenarioProps WithWarmUpDuration(this ScenarioProps scenario, TimeSpan duration) => scenario with { WarmUp = duration };

    /// <summary>No warm-up.</summary>
    /// <param name="scenario">The scenario.</param>
    public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario with { WarmUp = TimeSpan.Zero };

    /// <summary>Its load, one after the other. Default: one copy for a minute.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="loadSimulations">The simulations.</param>
    public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] loadSimulations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(loadSimulations.Length);
        return scenario with { Simulations = loadSimulations };
    }

    /// <summary>What must hold at its end.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="thresholds">The conditions.</param>
    public static ScenarioProps WithThresholds(this ScenarioProps scenario, params Threshold[] thresholds) => scenario with { Thresholds = thresholds };

    /// <summary>The run ends when so many invocations have failed. Default: never (NBomber: 5,000).</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="maxFailCount">How many.</param>
    public static ScenarioProps WithMaxFailCount(this ScenarioProps scenario, int maxFailCount) => scenario with { MaxFailCount = maxFailCount };
}
