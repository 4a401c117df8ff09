using BenchmarkDotNet.Attributes;
using DecisionServer.Engine;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>What caps add to a decision: one rolling per member and one in total, looked at for every offer.</summary>
public class CappingBenchmarks
{
    private readonly DecisionRequest _request = new();
    private readonly DecisionResult _result = new();
    private BenchmarkWorld _world = null!;
    private RandomMembers _members = null!;

    [Params(false, true)]
    public bool Capped { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _world = BenchmarkWorld.Shared(LayerSettings.Members);
        _members = new RandomMembers(_world.Members);
        _world.Serving.PutCaps(Capped ? Scenes.Caps() : CapRuleSet.Empty);
    }

    [GlobalCleanup]
    public void Cleanup() => _world.Serving.PutCaps(CapRuleSet.Empty);

    [Benchmark]
    public DecisionOutcome Decide()
    {
        _request.MemberId = _members.Next();
        return _world.Engine.Decide(_request, _result);
    }
}
