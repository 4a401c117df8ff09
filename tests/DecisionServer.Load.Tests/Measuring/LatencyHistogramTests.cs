using DecisionServer.Load.Measuring;
using FsCheck;
using FsCheck.Fluent;

namespace DecisionServer.Load.Tests.Measuring;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Percents = [0, 1, 50, 75, 90, 99, 99.9, 99.99, 100];

    [Fact]
    public void Percentile_AnyValues_IsThatOfTheSortedListWithinABucket() =>
        Prop.ForAll(
            Gen.NonEmptyListOf(Gen.Choose(0, 31).SelectMany(bits => Gen.Choose(0, 1 << Math.Min(bits, 30)))).ToArbitrary(),
            values =>
            {
                LatencyHistogram histogram = Of(values.Select(value => (long)value));
                long[] sorted = [.. values.Select(value => (long)value).Order()];
                return Percents.All(percent =>
                {
                    long exact = sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
                    long found = histogram.Percentile(percent);
                    return found >= exact && found <= exact * (1 + (1 / 128.0));
                });
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Figures_OfValues_AreExact()
    {
        long[] values = [5, 17, 1_000_003, 123_456_789, 42];

        LatencyHistogram histogram = Of(values);

        Assert.Equal(5, histogram.Count);
        Assert.Equal(5, histogram.Min);
        Assert.Equal(123_456_789, histogram.Max);
        Assert.Equal(123_456_789, histogram.Percentile(100));
        Assert.Equal(values.Average(), histogram.Mean, 3);
        double variance = values.Average(value => Math.Pow(value - values.Average(), 2));
        Assert.Equal(Math.Sqrt(variance), histogram.StandardDeviation, 0);
    }

    [Fact]
    public void Add_TwoHistograms_IsOneOfAllValues()
    {
        LatencyHistogram all = Of([3, 700, 90_000, 1, 5_000_000]);
        LatencyHistogram sum = Of([3, 700]);

        sum.Add(Of([90_000, 1, 5_000_000]));
        sum.Add(new LatencyHistogram());

        Assert.Equal(all.Count, sum.Count);
        Assert.Equal(all.Min, sum.Min);
        Assert.Equal(all.Max, sum.Max);
        Assert.All(Percents, percent => Assert.Equal(all.Percentile(percent), sum.Percentile(percent)));
    }

    [Fact]
    public void Record_BeyondTheLastBucket_KeepsTheMaximum()
    {
        LatencyHistogram histogram = Of([long.MaxValue / 2]);

        Assert.Equal(long.MaxValue / 2, histogram.Max);
        Assert.Equal(1, histogram.Count);
    }

    [Fact]
    public void Percentile_OfNothing_IsZero() => Assert.Equal(0, new LatencyHistogram().Percentile(99));

    private static LatencyHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (long value in values)
            histogram.Record(value);
        return histogram;
    }
}
