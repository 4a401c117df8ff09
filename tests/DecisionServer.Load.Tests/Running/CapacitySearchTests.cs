using DecisionServer.Load.Blast;
using DecisionServer.Load.Running;

namespace DecisionServer.Load.Tests.Running;

public sealed class CapacitySearchTests
{
    private const double ClosedLoop = 100_000;

    [Theory]
    [InlineData(90_000)]
    [InlineData(55_000)]
    [InlineData(12_000)]
    public void OpenLoop_ServerKeepsUpToARate_FindsItNearly(double capacity)
    {
        BlastResult? found = new CapacitySearch(rate => At(rate, capacity)).OpenLoop(ClosedLoop);

        Assert.NotNull(found);
        Assert.InRange(found.CallsPerSecond, capacity - (0.06 * ClosedLoop), capacity);
    }

    [Fact]
    public void OpenLoop_OneHiccup_DoesNotDecide()
    {
        int probes = 0;
        BlastResult? found = new CapacitySearch(rate => At(rate, probes++ == 0 ? 0 : 90_000)).OpenLoop(ClosedLoop);

        Assert.InRange(found!.CallsPerSecond, 84_000, 90_000);
    }

    [Fact]
    public void OpenLoop_CallsFail_IsNotKeepingUp()
    {
        Assert.Null(new CapacitySearch(rate => At(rate, ClosedLoop) with { Failed = 1 }).OpenLoop(ClosedLoop));
        Assert.Null(new CapacitySearch(rate => At(rate, ClosedLoop) with { CallsPerSecond = rate / 2 }).OpenLoop(ClosedLoop));
    }

    [Fact]
    public void ClosedLoop_StillGettingFaster_GoesOn()
    {
        double[] rates = [10, 20, 40, 41, 40, 39, 100];
        int probes = 0;

        BlastResult best = new CapacitySearch(rate => new BlastResult { CallsPerSecond = rates[probes++] }).ClosedLoop();

        Assert.Equal((41, 5), (best.CallsPerSecond, probes));
    }

    private static BlastResult At(double rate, double capacity)
    {
        return new BlastResult { Calls = 1, CallsPerSecond = rate, P99Ms = rate > capacity ? 500 : 2 };
    }
}
