using BenchmarkDotNet.Attributes;
using DecisionServer.Engine;

namespace DecisionServer.Benchmarks;

/// <summary>Search ranking in process, a random member each time.</summary>
public class SearchBenchmarks
{
    private readonly SearchResult _result = new();
    private BenchmarkWorld _world = null!;
    private SearchRequest _request = null!;
    private RandomMembers _members = null!;

    [Params(50)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _world = BenchmarkWorld.Shared(LayerSettings.Members);
        _members = new RandomMembers(_world.Members);
        _request = Scenes.Search(Items);
    }

    [Benchmark]
    public SearchOutcome RankSearch()
    {
        _request.MemberId = _members.Next();
        return _world.Engine.RankSearch(_request, _result);
    }
}
