using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace DecisionServer.Metrics;

/// <summary>All series of one instrument. Finding one allocates nothing.</summary>
internal sealed class InstrumentState(Instrument instrument)
{
    /// <summary>Most series of one instrument; what comes after shares one, marked as overflow, as OpenTelemetry does.</summary>
    public const int MaxSeries = 1000;

    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<TagKey, Series> _series = new();
    private readonly double[] _bounds = instrument is Histogram<double> histogram
        ? [.. histogram.Advice?.HistogramBucketBoundaries ?? DefaultBounds]
        : [];

    public Instrument Instrument { get; } = instrument;

    public IEnumerable<Series> All => _series.Values;

    public Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = TagKey.From(tags);
        return _series.TryGetValue(key, out Series? series) ? series : Add(key, tags);
    }

    /// <summary>Forgets what was observed: the next observation tells all there is.</summary>
    public void Forget() => _series.Clear();

    private Series Add(TagKey key, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_series.Count >= MaxSeries)
            return _series.GetOrAdd(TagKey.Overflow, _ => new Series([new("otel_metric_overflow", "true")], _bounds));
        var texts = new KeyValuePair<string, string>[tags.Length];
        for (int i = 0; i < tags.Length; i++)
            texts[i] = new(tags[i].Key, Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? "");
        return _series.GetOrAdd(key, new Series(texts, _bounds));
    }
}
