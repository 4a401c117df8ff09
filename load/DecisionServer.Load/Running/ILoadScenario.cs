using NBomber.Contracts;

namespace DecisionServer.Load.Running;

/// <summary>A load test by name. What it registers is written in NBomber's API.</summary>
internal interface ILoadScenario
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it shows.</summary>
    string Goal { get; }

    /// <summary>The scenarios that run together.</summary>
    ScenarioProps[] Build(ScenarioHost host);
}
