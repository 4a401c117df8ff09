using System.Diagnostics;
using DecisionServer.Load.Measuring;
using DecisionServer.Load.Running;

namespace DecisionServer.Load.Tests.Running;

public sealed class SlowMomentsTests
{
    private static readonly Stall Nothing = new(0, 1, default, 0, 0, 0, 0);

    [Fact]
    public void Cause_LongestOfWhatWasMeasured_IsNamed()
    {
        Stall collected = Nothing with { Server = new ThreadLook(NoCoreMs: 9, Thread: "a", CollectorMs: 12) };

        Assert.Equal("garbage collection", SlowMoments.Cause(20, collected));
        Assert.Equal("a thread of the server without a core", SlowMoments.Cause(20, collected.Beyond(-10, 0)));
        Assert.Equal("the driver without a core", SlowMoments.Cause(20, collected with { DriverNoCoreMs = 13 }));
        Assert.Equal("the driver's own collector", SlowMoments.Cause(20, collected with { DriverCollectorMs = 13 }));
    }

    [Fact]
    public void Cause_LessThanHalfIsExplained_SaysSo()
    {
        Stall collected = Nothing with { Server = new ThreadLook(NoCoreMs: 9, Thread: "a", CollectorMs: 12) };

        Assert.Equal("not explained by one of these", SlowMoments.Cause(25, collected));
        Assert.Equal("pages read from the disk", SlowMoments.Cause(25, collected with { DiskReads = 1 }));
    }

    [Fact]
    public void Since_SlowestOfEachTenthOfASecond_FromTheTimeAskedFor()
    {
        var slowest = new SlowCalls();
        long start = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        long At(int milliseconds) => start + (milliseconds * Stopwatch.Frequency / 1000);
        slowest.Record(At(-500), At(500));
        slowest.Record(At(1_000), At(1_020));
        slowest.Record(At(1_300), At(1_310));
        slowest.Record(At(1_300), At(1_304));
        slowest.Record(At(1_300), At(1_329));

        SlowCall[] seen = [.. slowest.Since(start)];

        Assert.Equal([20, 29], seen.Select(call => (int)Math.Round(call.Latency.TotalMilliseconds)));
    }
}
