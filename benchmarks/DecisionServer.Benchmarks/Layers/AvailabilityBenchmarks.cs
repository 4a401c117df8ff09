using BenchmarkDotNet.Attributes;
using DecisionServer.Store;

namespace DecisionServer.Benchmarks;

/// <summary>One row of live availability, from the update to the projection that decisions read.</summary>
public class AvailabilityBenchmarks
{
    private readonly AvailabilityUpdate[][] _updates = Scenes.Updates(4_096);
    private BenchmarkWorld _world = null!;
    private CatalogueSnapshot _catalogue = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        // One of its own: what is off would change the decisions of the shared one.
        _world = new BenchmarkWorld(1_000);
        _catalogue = _world.Serving.Current!.Catalogue;
    }

    [GlobalCleanup]
    public void Cleanup() => _world.Dispose();

    [Benchmark]
    public AvailabilityResult Update() => _world.Availability.Apply(_updates[_next++ & 4_095], _catalogue);
}
