using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Faults;

[Trait("Category", "Fault")]
public sealed class DiskFullTests
{
    [Fact]
    public async Task Load_DiskFillsUp_FailsByNameWhileTheCurrentGenerationServes()
    {
        using var disk = new SmallDisk(mebibytes: 12);
        using var files = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.Start(System.IO.Path.Combine(disk.Path, "data"), []);
        server.ExpectError(line => line.Contains("accepts no writes for lack of space", StringComparison.Ordinal));
        server.ExpectError(line => line.Contains("The end of \"drop\" of \"large\" (done) could not be noted", StringComparison.Ordinal));
        await LoaderProcess.LoadGenerated(server, "small", members: 5_000, offers: 200, files.File("small"));
        var decisions = new DecisionService.DecisionServiceClient(server.Channel);
        var ingest = new IngestService.IngestServiceClient(server.Channel);

        // 1. Callers go on asking through all of it.
        using var done = new CancellationTokenSource();
        int answers = 0;
        Task callers = Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            while (!done.IsCancellationRequested)
            {
                await pace.WaitForNextTickAsync();
                NextBestOffersResponse answer = await decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = $"m{answers % 5000}" });
                Assert.Equal("small", answer.GenerationId);
                Assert.Equal(10, Assert.Single(answer.Placements).Offers.Count);
                Interlocked.Increment(ref answers);
            }
        });

        // 2. A load that does not fit.
        string large = files.File("large");
        (await LoaderProcess.Run("generate", "--members", "150000", "--offers", "200", "--set-size", "35", "--seed", "8", "--format", "pb", "--out", large)).Succeeded();
        LoaderProcess load = await LoaderProcess.Run(
            "load", "--server", server.Grpc.ToString(), "--generation", "large", "--publish",
            "--offers", System.IO.Path.Combine(large, "offers.pb"), "--offer-sets", System.IO.Path.Combine(large, "offer_sets.pb"));

        Assert.Equal(1, load.ExitCode);
        Assert.Contains("No space left on device", load.Output + load.Errors, StringComparison.Ordinal);
        Generation failed = (await ingest.GetGenerationAsync(new GetGenerationRequest { GenerationId = "large" })).Generation;
        Assert.Equal(GenerationState.Failed, failed.State);
        Assert.Contains("No space left on device", failed.Failure, StringComparison.Ordinal);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            async () => await ingest.PublishGenerationAsync(new PublishGenerationRequest { GenerationId = "large", Force = true }));

        // For its state, or because no administrative act can be noted on a full disk.
        Assert.Contains(refused.StatusCode, (StatusCode[])[StatusCode.FailedPrecondition, StatusCode.Unavailable]);

        // 3. Room again: all goes on as if nothing had been.
        await ingest.DropGenerationAsync(new DropGenerationRequest { GenerationId = "large" });
        int before = Volatile.Read(ref answers);
        await Eventually.True(() => Volatile.Read(ref answers) > before + 100 || callers.IsFaulted, "answers go on");
        await done.CancelAsync();
        await callers;
        await Eventually.True(async () => await server.Metric("decisionserver_journal_writable") == 1, "the journal takes writes again");
        await LoaderProcess.LoadGenerated(server, "next", members: 5_000, offers: 200, files.File("next"));
        Assert.Equal("next", (await decisions.NextBestOffersAsync(new NextBestOffersRequest { MemberId = "m1" })).GenerationId);
    }
}
