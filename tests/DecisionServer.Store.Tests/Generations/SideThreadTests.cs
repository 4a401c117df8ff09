using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

public sealed class SideThreadTests
{
    private const int Ordinary = 0, Idle = 5;

    [Fact]
    public async Task Run_OnLinux_GivesWayToEverythingElse()
    {
        using var side = new SideThread();

        int during = await side.Run(Policy);
        int after = Policy();

        Assert.Equal(OperatingSystem.IsLinux() ? Idle : Ordinary, during);
        Assert.Equal(Ordinary, after);
    }

    [Fact]
    public async Task Run_ManyThings_ThreadsOfThePoolStayOrdinary()
    {
        // What goes on after them asks the pool for threads, and a new thread inherits the priority of the one that starts it.
        int[] policies = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            await SideThread.RunAlone(() => 0);
            return Policy();
        }));

        Assert.All(policies, policy => Assert.Equal(Ordinary, policy));
    }

    [Fact]
    public async Task Run_ManyThings_OneAfterTheOther()
    {
        using var side = new SideThread();
        var seen = new List<int>();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => side.Run(() =>
        {
            seen.Add(i);
            return i;
        })));

        Assert.Equal(Enumerable.Range(0, 100), seen);
    }

    [Fact]
    public async Task Run_Fails_TheCallerIsToldAndTheThreadGoesOn()
    {
        using var side = new SideThread();

        await Assert.ThrowsAsync<InvalidDataException>(() => side.Run<int>(() => throw new InvalidDataException("broken")));
        Assert.Equal(1, await side.Run(() => 1));
    }

    // The 41st field of proc(5)'s stat; the second, the name, may hold blanks and ends with a parenthesis.
    private static int Policy()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Ordinary;
        }

        string stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[38], System.Globalization.CultureInfo.InvariantCulture);
    }
}
