namespace DecisionServer.Store.Tests.Generations;

/// <summary>What the process holds, so nothing else of it may run meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class MemoryBoundTests : IDisposable
{
    private readonly RegistryFixture _store = new();

    [Fact]
    public void Publish_ManyInARow_KeepsMemoryBounded()
    {
        long highest = 0, afterSecond = 0;
        for (int week = 0; week < 6; week++)
        {
            _store.Load($"w{week}", members: 300_000, best: week);
            _store.Registry.Publish($"w{week}", force: false);
            long resident = ResidentBytes();
            highest = Math.Max(highest, resident);
            afterSecond = week == 1 ? resident : afterSecond;
        }

        // Two generations of about 35 MB stay; a third would show.
        Assert.InRange(highest, 1, afterSecond + (30L << 20));
    }

    public void Dispose() => _store.Dispose();

    private static long ResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
