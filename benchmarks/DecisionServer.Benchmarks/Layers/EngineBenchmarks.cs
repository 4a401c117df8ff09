using BenchmarkDotNet.Attributes;
using DecisionServer.Engine;

namespace DecisionServer.Benchmarks;

/// <summary>Decisions in process: ten offers out of 35, a random member each time.</summary>
public class EngineBenchmarks
{
    private readonly DecisionRequest _request = new();
    private readonly DecisionResult _result = new();
    private BenchmarkWorld _world = null!;
    private RandomMembers _members = null!;

    [Params(false, true)]
    public bool Explain { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _world = BenchmarkWorld.Shared(LayerSettings.Members);
        _members = new RandomMembers(_world.Members);
        _request.Explain = Explain;
    }

    [Benchmark]
    public DecisionOutcome Decide()
    {
        _request.MemberId = _members.Next();
        return _world.Engine.Decide(_request, _result);
    }
}
