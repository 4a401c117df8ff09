using System.Diagnostics.Metrics;

namespace DecisionServer.Metrics;

/// <summary>One instrument with one set of tags: its running total, last value or histogram.</summary>
internal sealed class Series
{
    private readonly double[] _bounds;
    private readonly long[] _buckets;
    private long _total;
    private double _value;
    private long _sumNanos;

    public Series(KeyValuePair<string, string>[] tags, double[] bounds)
    {
        Tags = tags;
        _bounds = bounds;
        _buckets = new long[bounds.Length + 1];
    }

    public KeyValuePair<string, string>[] Tags { get; }

    /// <summary>Total of what was added plus the last value that was observed; an instrument has one or the other.</summary>
    public double Value => Volatile.Read(ref _total) + Volatile.Read(ref _value);

    /// <summary>Sum of what was recorded, to the nanosecond (for times) so that adding needs no loop.</summary>
    public double Sum => Volatile.Read(ref _sumNanos) / 1e9;

    public ReadOnlySpan<double> Bounds => _bounds;

    /// <summary>Count of bucket <paramref name="index"/> alone; the last one is above every bound.</summary>
    public long Bucket(int index) => Volatile.Read(ref _buckets[index]);

    public void Add(long delta) => Interlocked.Add(ref _total, delta);

    public void Observe(double value) => Volatile.Write(ref _value, value);

    public void Record(double value)
    {
        int index = 0;
        while (index < _bounds.Length && value > _bounds[index])
            index++;
        Interlocked.Increment(ref _buckets[index]);
        Interlocked.Add(ref _sumNanos, (long)(value * 1e9));
    }
}
