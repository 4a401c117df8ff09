using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DecisionServer.Metrics;

/// <summary>Which call a decision was made for.</summary>
public enum DecisionMethod
{
    /// <summary>NextBestOffers.</summary>
    NextBestOffers,

    /// <summary>RankSearch.</summary>
    RankSearch,

    /// <summary>One message of DecideStream.</summary>
    DecideStream,
}

/// <summary>Why a call got no decision.</summary>
public enum DecisionFailure
{
    /// <summary>A field of the request was at fault.</summary>
    InvalidArgument,

    /// <summary>A placement of the request does not exist.</summary>
    UnknownPlacement,

    /// <summary>No generation was current.</summary>
    NoGeneration,

    /// <summary>The epoch asked for was not reached before the deadline.</summary>
    EpochNotReached,

    /// <summary>The node had not heard from its fleet for too long to tell what is current.</summary>
    NoLease,

    /// <summary>The member belongs to another node's shard.</summary>
    OtherShard,
}

/// <summary>
/// Counts and times decisions. No call allocates; label values are names of configured placements and constants, so the number of
/// series is bounded by the number of placements.
/// </summary>
public sealed class DecisionMetrics
{
    /// <summary>Name of the server's meter.</summary>
    public const string MeterName = "DecisionServer";

    // A decision takes 5 to 50 µs, one that waits for an epoch up to its deadline.
    private static readonly double[] Bounds =
    [
        0.00001, 0.000025, 0.00005, 0.000075, 0.0001, 0.00015, 0.0002, 0.0003, 0.0005, 0.00075,
        0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
    ];

    private static readonly string[] Methods = ["next_best_offers", "rank_search", "decide_stream"];
    private static readonly string[] Failures = ["invalid_argument", "unknown_placement", "no_generation", "epoch_not_reached", "no_lease", "other_shard"];

    private readonly Counter<long> _decisions;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments.</summary>
    public DecisionMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _decisions = meter.CreateCounter<long>(
            "decisionserver.decisions", "{decision}", "Placements decided, by placement and by outcome: filled, short (some offers missing), empty, ranked (search), degraded (search in the caller's order).");
        _failures = meter.CreateCounter<long>(
            "decisionserver.decision.failures", "{call}", "Calls that got no decision, by method and reason.");
        _duration = meter.CreateHistogram(
            "decisionserver.decision.duration",
            "s",
            "Time from the message read to the answer ready to be written, by method.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
    }

    /// <summary>A timestamp to hand to <see cref="Completed"/>; 0 where nobody listens.</summary>
    public long Start() => _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>One placement was decided.</summary>
    /// <param name="placement">Its configured name, never a text of the request that was not looked up.</param>
    /// <param name="offers">Offers in the answer.</param>
    /// <param name="shortfall">Offers missing.</param>
    public void Placement(string placement, int offers, int shortfall) =>
        Count(placement, shortfall == 0 ? "filled" : offers > 0 ? "short" : "empty");

    /// <summary>One search was ranked.</summary>
    /// <param name="placement">Configured name of the placement that the weights came from.</param>
    /// <param name="degraded">The caller's order was returned.</param>
    public void Search(string placement, bool degraded) => Count(placement, degraded ? "degraded" : "ranked");

    /// <summary>A call got no decision.</summary>
    public void Failed(DecisionMethod method, DecisionFailure reason)
    {
        if (_failures.Enabled)
            _failures.Add(1, new("method", Methods[(int)method]), new("reason", Failures[(int)reason]));
    }

    /// <summary>A decision is ready; <paramref name="start"/> is what <see cref="Start"/> returned.</summary>
    public void Completed(DecisionMethod method, long start)
    {
        if (start != 0)
            _duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("method", Methods[(int)method]));
    }

    private void Count(string placement, string outcome)
    {
        if (_decisions.Enabled)
            _decisions.Add(1, new("placement", placement), new("outcome", outcome));
    }
}
