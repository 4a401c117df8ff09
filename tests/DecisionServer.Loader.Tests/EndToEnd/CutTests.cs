using DecisionServer.Tests.Processes;

namespace DecisionServer.Loader.Tests;

/// <summary>Loads that are cut: what is resumed is what an uninterrupted load gives.</summary>
public sealed class CutTests
{
    private const int Members = 34_000;

    // More than what is under way at most (16 chunks of 60 KB on each of two streams), so that something has been stored by then.
    private const long Threshold = 3_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Load_ConnectionCutMidway_GoesOnByItself(int parallel)
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(Members);
        await using var proxy = new CutProxy(server.Grpc, 1_200_000, cuts: 3);

        var cut = await LoaderRun.RunAsync(proxy.Address, week.Load("cut", "--json", "--parallel", $"{parallel}"));
        var whole = await LoaderRun.RunAsync(server.Grpc, week.Load("whole", "--json", "--parallel", $"{parallel}"));

        Assert.True(proxy.Reached.IsCompleted);
        Assert.Equal(3, cut.Errors.Split("connection resumed").Length - 1);
        AssertSame(whole.Ended(0), cut.Ended(0), sameOrder: parallel == 1);
    }

    [Fact]
    public async Task Load_ServerKilledMidway_GoesOnByItselfOnceItIsBack()
    {
        using var data = new TemporaryDirectory();
        using var week = new Week(Members);
        var first = await ServerProcess.Start(data.File("data"), []);
        await using var proxy = new CutProxy(first.Grpc, Threshold, hold: true);
        var load = LoaderRun.RunAsync(proxy.Address, week.Load("cut", "--json"));
        await proxy.Reached.WaitAsync(Eventually.Bound);
        await first.Kill();
        await first.DisposeAsync();

        await using var second = await ServerProcess.Start(data.File("data"), []);
        proxy.PointTo(second.Grpc);
        proxy.Cut();
        var cut = await load;
        var whole = await LoaderRun.RunAsync(second.Grpc, week.Load("whole", "--json"));

        Assert.Contains("connection resumed", cut.Errors, StringComparison.Ordinal);
        AssertSame(whole.Ended(0), cut.Ended(0), sameOrder: false);
    }

    [Fact]
    public async Task Resume_ServerKilledAndLoaderGaveUp_SkipsWhatIsThere()
    {
        using var data = new TemporaryDirectory();
        using var week = new Week(Members);
        var first = await ServerProcess.Start(data.File("data"), []);
        LoaderRun stopped;
        await using (var proxy = new CutProxy(first.Grpc, Threshold, hold: true))
        {
            var load = LoaderRun.RunAsync(proxy.Address, week.Load("cut", "--retry-seconds", "0"));
            await proxy.Reached.WaitAsync(Eventually.Bound);
            await first.Kill();
            await first.DisposeAsync();
            proxy.Cut();
            stopped = await load;
        }

        await using var second = await ServerProcess.Start(data.File("data"), []);
        var otherSettings = await LoaderRun.RunAsync(second.Grpc, week.Load("cut", "--resume", "--parallel", "3"));
        var resumed = await LoaderRun.RunAsync(second.Grpc, week.Load("cut", "--resume", "--json"));
        var whole = await LoaderRun.RunAsync(second.Grpc, week.Load("whole", "--json"));

        Assert.Contains("'cut' is left loading, nothing is published: the same command with --resume takes it up", stopped.Ended(3).Errors, StringComparison.Ordinal);
        Assert.Contains("resume with the same files and settings, or drop it", otherSettings.Ended(1).Errors, StringComparison.Ordinal);
        Assert.True(resumed.Ended(0).Json.GetProperty("sets_skipped").GetInt32() > 0);
        AssertSame(whole.Ended(0), resumed, sameOrder: false);
    }

    [Fact]
    public async Task Resume_LoaderKilledMidway_SkipsWhatIsThere()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(Members);
        await using (var proxy = new CutProxy(server.Grpc, Threshold, hold: true))
        {
            using var loader = LoaderProcess.Start([.. week.Load("cut"), "--server", proxy.Address.ToString()]);
            await proxy.Reached.WaitAsync(Eventually.Bound);
            loader.Kill();
            await loader.Exit();
        }

        var resumed = await LoaderRun.RunAsync(server.Grpc, week.Load("cut", "--resume", "--json"));
        var whole = await LoaderRun.RunAsync(server.Grpc, week.Load("whole", "--json"));

        Assert.True(resumed.Ended(0).Json.GetProperty("sets_skipped").GetInt32() > 0);
        AssertSame(whole.Ended(0), resumed, sameOrder: false);
    }

    [Fact]
    public async Task Load_ServerComesBackWithoutWhatItAcknowledged_FilesReadAgain()
    {
        using var data = new TemporaryDirectory();
        using var week = new Week(Members);
        var first = await ServerProcess.Start(data.File("data"), []);
        await using var proxy = new CutProxy(first.Grpc, 4_500_000, hold: true);
        var load = LoaderRun.RunAsync(proxy.Address, week.Load("cut", "--json"));
        await proxy.Reached.WaitAsync(Eventually.Bound);
        await first.Kill();
        await first.DisposeAsync();

        // As after a loss of power: what was acknowledged had not reached the disk.
        var segment = Directory.GetFiles(data.Path, "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        await using (var file = new FileStream(segment, FileMode.Open)) file.SetLength(file.Length / 10);
        await using var second = await ServerProcess.Start(data.File("data"), []);
        proxy.PointTo(second.Grpc);
        proxy.Cut();
        var cut = await load;
        var whole = await LoaderRun.RunAsync(second.Grpc, week.Load("whole", "--json"));

        Assert.Contains("reading the files again from the beginning", cut.Errors, StringComparison.Ordinal);
        AssertSame(whole.Ended(0), cut.Ended(0), sameOrder: false);
    }

    [Fact]
    public async Task Load_TakenOverByAnother_FirstEndsAndSecondCompletes()
    {
        await using var server = await ServerProcess.Start();
        using var week = new Week(Members);
        await using var proxy = new CutProxy(server.Grpc, Threshold, hold: true);
        var load = LoaderRun.RunAsync(proxy.Address, week.Load("w1"));
        await proxy.Reached.WaitAsync(Eventually.Bound);

        var second = await LoaderRun.RunAsync(server.Grpc, week.Load("w1", "--resume", "--json"));
        proxy.Release();
        var first = await load;

        Assert.Equal(Members, second.Ended(0).Json.GetProperty("generation").GetProperty("offer_sets").GetInt32());
        Assert.Contains("'w1'", first.Ended(1).Errors, StringComparison.Ordinal);
    }

    private static void AssertSame(LoaderRun expected, LoaderRun actual, bool sameOrder)
    {
        var (whole, cut) = (expected.Json.GetProperty("generation"), actual.Json.GetProperty("generation"));
        foreach (var count in (string[])["offers", "offer_sets", "affinity_sets", "scored_offers", "rejected"])
            Assert.Equal(whole.GetProperty(count).GetInt64(), cut.GetProperty(count).GetInt64());
        if (sameOrder) Assert.Equal(whole.GetProperty("content_hash").GetString(), cut.GetProperty("content_hash").GetString());
    }
}
