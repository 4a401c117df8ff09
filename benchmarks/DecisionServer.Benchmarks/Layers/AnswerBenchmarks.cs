using BenchmarkDotNet.Attributes;

namespace DecisionServer.Benchmarks;

/// <summary>A decision and its answer's bytes: <see cref="EngineBenchmarks"/> and the encoding on top.</summary>
public class AnswerBenchmarks
{
    private AnswerSink _sink = null!;
    private RandomMembers _members = null!;

    [GlobalSetup]
    public void Setup()
    {
        var world = BenchmarkWorld.Shared(LayerSettings.Members);
        _sink = new AnswerSink(world.Engine);
        _members = new RandomMembers(world.Members);
    }

    [Benchmark]
    public int DecideAndEncode() => _sink.Decide(_members.Next()).Length;
}
