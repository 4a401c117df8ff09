using BenchmarkDotNet.Attributes;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>The lowest layer: a random member's record, from its key and from its id.</summary>
public class StoreBenchmarks
{
    private const int Keys = 1 << 18;
    private readonly OfferSetBuffer _buffer = new();
    private readonly MemberKey[] _keys = new MemberKey[Keys];
    private BenchmarkWorld _world = null!;
    private RandomMembers _members = null!;
    private Generation _generation = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _world = BenchmarkWorld.Shared(LayerSettings.Members);
        _generation = _world.Serving.Current!.Generation;
        _members = new RandomMembers(_world.Members);
        for (var i = 0; i < Keys; i++) _keys[i] = MemberKey.From(_members.Next());
    }

    [Benchmark(Baseline = true)]
    public bool Read() => _generation.TryReadOfferSet(_keys[_next++ & (Keys - 1)], _buffer);

    [Benchmark]
    public bool KeyAndRead() => _generation.TryReadOfferSet(MemberKey.From(_members.Next()), _buffer);
}
