using System.Diagnostics;
using DecisionServer.Load.Measuring;
using DecisionServer.Load.Running;

namespace DecisionServer.Load.Tests.Running;

public sealed class StallsTests
{
    [Fact]
    public void During_CallJustBeforeTheEnd_IsSeen()
    {
        long touched = 0;
        long start = Stopwatch.GetTimestamp();
        Stalls stalls;
        using (stalls = new Stalls(Environment.ProcessId, () => (touched += 7, 0), "none"))
            Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref touched) > 0, TimeSpan.FromSeconds(30)), "it never looked");

        Stall seen = stalls.During(new SlowCall(start, Stopwatch.GetTimestamp()));

        Assert.Null(stalls.Fault);
        Assert.Equal(touched - 7, seen.FirstTouches);
        Assert.True(seen.FirstTouches > 0);
    }

    [Fact]
    public void During_NothingWasSeen_ExplainsNothing()
    {
        Stalls stalls;
        using (stalls = new Stalls(Environment.ProcessId, () => throw new FileNotFoundException("it has ended"), "none"))
        {
        }

        Stall seen = stalls.During(new SlowCall(1, 2));

        Assert.Equal("it has ended", stalls.Fault);
        Assert.Equal("not explained by one of these", SlowMoments.Cause(1, seen));
        Assert.Equal("", seen.Server.Thread);
    }
}
