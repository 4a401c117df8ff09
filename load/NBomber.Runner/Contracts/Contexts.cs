namespace NBomber.Contracts;

/// <summary>What a scenario is doing.</summary>
public enum ScenarioOperation
{
    /// <summary>Before measuring.</summary>
    WarmUp = 0,

    /// <summary>Measured.</summary>
    Bombing = 1,
}

/// <summary>Who runs.</summary>
public sealed class ScenarioInfo
{
    /// <summary>Name of this copy of the scenario.</summary>
    public required string ThreadId { get; init; }

    /// <summary>Number of this copy of the scenario.</summary>
    public required int ThreadNumber { get; init; }

    /// <summary>Name of the scenario.</summary>
    public required string ScenarioName { get; init; }

    /// <summary>How long it runs in all.</summary>
    public required TimeSpan ScenarioDuration { get; init; }

    /// <summary>Warm-up or not.</summary>
    public required ScenarioOperation ScenarioOperation { get; init; }
}

/// <summary>What an invocation of a scenario sees.</summary>
public interface IScenarioContext
{
    /// <summary>Who runs.</summary>
    ScenarioInfo ScenarioInfo { get; }

    /// <summary>Invocations of this copy, from 1.</summary>
    int InvocationNumber { get; }

    /// <summary>For the steps of one invocation to share.</summary>
    Dictionary<string, object> Data { get; }

    /// <summary>Cancelled when the run ends.</summary>
    CancellationToken ScenarioCancellationToken { get; }

    /// <summary>Ends a scenario before its time.</summary>
    /// <param name="scenarioName">Which.</param>
    /// <param name="reason">Goes into the report.</param>
    void StopScenario(string scenarioName, string reason);

    /// <summary>Ends the whole run before its time.</summary>
    /// <param name="reason">Goes into the report.</param>
    void StopCurrentTest(string reason);
}

/// <summary>What a scenario's init and clean see.</summary>
public interface IScenarioInitContext
{
    /// <summary>Who runs.</summary>
    ScenarioInfo ScenarioInfo { get; }

    /// <summary>The test.</summary>
    Stats.TestInfo TestInfo { get; }

    /// <summary>The machine.</summary>
    Stats.NodeInfo NodeInfo { get; }
}
