using System.Diagnostics.Metrics;
using DecisionServer.Hosting;
using DecisionServer.Store;

namespace DecisionServer.Metrics;

/// <summary>
/// Generations, loads and live availability. At most the generations that are held (current, previous, loading and sealed ones) appear,
/// so the number of series is bounded by what the disk holds.
/// </summary>
internal sealed class StoreMetrics
{
    private readonly GenerationRegistry _registry;
    private readonly ServerLifecycle _lifecycle;

    public StoreMetrics(IMeterFactory meters, GenerationRegistry registry, Serving serving, ServerLifecycle lifecycle)
    {
        (_registry, _lifecycle) = (registry, lifecycle);
        Meter meter = meters.Create(DecisionMetrics.MeterName);
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.info", () => Each(static _ => 1, withState: true), null, "1 for each generation, with its state.");
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.offer_sets", () => Each(static info => info.Counts.OfferSets), "{set}", "Members with an offer set; while a generation loads, how far it has come.");
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.expected_offer_sets", () => Each(static info => info.ExpectedOfferSets), "{set}", "Offer sets announced by the loader; 0: unknown.");
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.rejected_offer_sets", () => Each(static info => info.Counts.Rejected), "{set}", "Offer sets refused while loading.");
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.replaced_offer_sets", () => Each(static info => info.Replaced), "{set}", "Offer sets replaced since the generation was sealed.");
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.memory", () => Each(static info => info.MemoryBytes), "By", "Memory that the generation's store takes up; 0: not in memory.");
        meter.CreateObservableGauge<long>(
            "decisionserver.generation.segment", () => Each(static info => info.SegmentBytes), "By", "Bytes of the generation's segment files.");
        meter.CreateObservableGauge(
            "decisionserver.resident_offer_sets", Resident, "{set}", "Offer sets in memory, over all generations.");
        meter.CreateObservableGauge(
            "decisionserver.availability.epoch", () => (long)serving.Availability.Epoch, null, "Number of the last applied availability update.");
        meter.CreateObservableGauge(
            "decisionserver.availability.rows", () => serving.Availability.RowCount, "{row}", "Rows of live availability held.");
    }

    private IEnumerable<Measurement<long>> Each(Func<GenerationInfo, long> value, bool withState = false)
    {
        foreach (GenerationInfo info in Generations())
        {
            var id = new KeyValuePair<string, object?>("generation", info.Id);
            yield return withState
                ? new Measurement<long>(value(info), id, new("state", StateOf(info.State)))
                : new Measurement<long>(value(info), id);
        }
    }

    private long Resident() => Generations().Where(static info => info.MemoryBytes > 0).Sum(static info => info.Counts.OfferSets);

    // Before recovery is done the registry's table is not to be read.
    private IReadOnlyList<GenerationInfo> Generations() => _lifecycle.Phase == ServerPhase.Starting ? [] : _registry.List();

    private static string StateOf(GenerationState state) => state switch
    {
        GenerationState.Loading => "loading",
        GenerationState.Sealed => "sealed",
        GenerationState.Current => "current",
        GenerationState.Retired => "retired",
        _ => "failed",
    };
}
