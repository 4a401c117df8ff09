using System.Numerics;

namespace DecisionServer.Load.Measuring;

/// <summary>
/// Counts durations in buckets whose width grows with the value: never wider than 1/128 of it, so a percentile is at most 0.8 % above the
/// true one. Durations up to 137 s; longer ones count as that. Not thread-safe: one a thread, added up at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubBuckets = 1 << SubBits;
    private const int MaxBits = 37;
    private readonly long[] _counts = new long[(MaxBits - SubBits + 1) * SubBuckets];
    private double _sum;
    private double _sumOfSquares;

    /// <summary>How many durations.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, in nanoseconds, exactly.</summary>
    public long Max { get; private set; }

    /// <summary>The shortest, in nanoseconds, exactly; 0 where there is none.</summary>
    public long Min { get; private set; }

    /// <summary>The mean, in nanoseconds; 0 where there is none.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>The standard deviation, in nanoseconds; 0 where there is none.</summary>
    public double StandardDeviation => Count == 0 ? 0 : Math.Sqrt(Math.Max(0, (_sumOfSquares / Count) - (Mean * Mean)));

    /// <summary>Counts one duration.</summary>
    /// <param name="nanoseconds">Below 0 counts as 0.</param>
    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(0, nanoseconds);
        Min = Count == 0 ? nanoseconds : Math.Min(Min, nanoseconds);
        Max = Math.Max(Max, nanoseconds);
        Count++;
        _sum += nanoseconds;
        _sumOfSquares += (double)nanoseconds * nanoseconds;
        _counts[BucketOf(nanoseconds)]++;
    }

    /// <summary>Adds all of another one.</summary>
    /// <param name="other">Stays as it is.</param>
    public void Add(LatencyHistogram other)
    {
        if (other.Count == 0)
            return;
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Count += other.Count;
        _sum += other._sum;
        _sumOfSquares += other._sumOfSquares;
    }

    /// <summary>The duration that so many percent do not exceed, in nanoseconds; 0 where there is none.</summary>
    /// <param name="percent">0 to 100.</param>
    public long Percentile(double percent)
    {
        long wanted = Math.Clamp((long)Math.Ceiling(percent / 100 * Count), 1, Math.Max(1, Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
                return Math.Min(Max, UpperOf(bucket));
        }

        return Max;
    }

    /// <summary>How many are at most that long, to the width of a bucket.</summary>
    /// <param name="nanoseconds">The bound.</param>
    public long CountAtMost(long nanoseconds)
    {
        long count = 0;
        for (int bucket = 0; bucket <= BucketOf(Math.Max(0, nanoseconds)); bucket++)
            count += _counts[bucket];
        return count;
    }

    private static int BucketOf(long value)
    {
        if (value < SubBuckets)
            return (int)value;
        int bits = BitOperations.Log2((ulong)value);
        if (bits >= MaxBits)
            return ((MaxBits - SubBits + 1) * SubBuckets) - 1;
        int shift = bits - SubBits;
        return ((shift + 1) * SubBuckets) + (int)(value >> shift) - SubBuckets;
    }

    private static long UpperOf(int bucket)
    {
        if (bucket < SubBuckets)
            return bucket;
        int shift = (bucket / SubBuckets) - 1;
        return ((long)((bucket % SubBuckets) + SubBuckets + 1) << shift) - 1;
    }
}
