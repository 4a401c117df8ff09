namespace NBomber.Contracts;

/// <summary>A scenario as it was described. Made by <see cref="CSharp.Scenario.Create"/>.</summary>
public sealed record ScenarioProps
{
    internal ScenarioProps(string name, Func<IScenarioContext, Task<IResponse>> run)
    {
        ScenarioName = name;
        Run = run;
    }

    /// <summary>Its name, once in a run.</summary>
    public string ScenarioName { get; }

    internal Func<IScenarioContext, Task<IResponse>> Run { get; }

    internal Func<IScenarioInitContext, Task>? Init { get; init; }

    internal Func<IScenarioInitContext, Task>? Clean { get; init; }

    // NBomber's own default.
    internal TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(30);

    internal IReadOnlyList<LoadSimulation> Simulations { get; init; } = [new LoadSimulation.Constant(1, false, TimeSpan.FromMinutes(1))];

    internal IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    internal IScenarioPump? Pump { get; init; }

    internal int MaxFailCount { get; init; } = int.MaxValue;

    internal TimeSpan Duration => Simulations.Aggregate(TimeSpan.Zero, (sum, each) => sum + each.During);
}
