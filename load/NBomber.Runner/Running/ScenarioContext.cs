using NBomber.Contracts;

namespace NBomber.Running;

/// <summary>One copy of a scenario.</summary>
internal sealed class ScenarioContext(ScenarioRun run, int number) : IScenarioContext
{
    private Dictionary<string, object>? _data;
    private long _firstStep;

    public ScenarioInfo ScenarioInfo => run.InfoOf(number);

    public int InvocationNumber { get; private set; }

    public Dictionary<string, object> Data => _data ??= [];

    public CancellationToken ScenarioCancellationToken => run.Stopping;

    /// <summary>When this invocation should have started.</summary>
    public long Intended { get; private set; }

    public void Begin(long intended)
    {
        Intended = intended;
        _firstStep = intended;
        InvocationNumber++;
        _data?.Clear();
    }

    /// <summary>When a step starts. The first one of an invocation starts when the invocation should have: waiting is not lost.</summary>
    public long StartStep(long now)
    {
        long start = _firstStep != 0 ? _firstStep : now;
        _firstStep = 0;
        return start;
    }

    public void EndStep(string name, long start, long end, IResponse response) => run.RecordStep(name, start, end, response);

    public void StopScenario(string scenarioName, string reason) => run.Test.Stop(scenarioName, reason);

    public void StopCurrentTest(string reason) => run.Test.Stop(null, reason);
}
