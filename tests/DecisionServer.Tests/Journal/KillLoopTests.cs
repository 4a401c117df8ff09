using DecisionServer.Tests.Processes;
using Xunit.Abstractions;

namespace DecisionServer.Tests.Journal;

/// <summary>
/// The real server is killed again and again, at random moments and at chosen places, while callers write. After each restart nothing acknowledged is
/// missing, nothing happened twice, and what was not acknowledged happened wholly or not at all.
/// </summary>
public sealed class KillLoopTests(ITestOutputHelper output)
{
    private const int Workers = 8;

    // Places, and a range for the pass at which the server dies there. The first two: while it starts.
    private static readonly (string Name, int Low, int High)[] Places =
    [
        ("journal.opening", 1, 2),
        ("journal.replaying", 1, 2),
        ("journal.before-commit", 2, 60),
        ("journal.after-commit", 2, 60),
        ("journal.before-answer", 2, 60),
        ("journal.checkpoint", 1, 2),
        ("journal.after-checkpoint", 1, 2),
    ];

    [Fact]
    [Trait("Category", "Fault")]
    public Task Writes_ServerKilled20Times_LedgerHolds() => Run(20, 20_260_711);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Writes_ServerKilled200Times_LedgerHolds() => Run(200, 20_260_712);

    private async Task Run(int rounds, int seed)
    {
        output.WriteLine($"seed {seed}");
        using var directory = new TemporaryDirectory();
        var random = new Random(seed);
        Worker[] workers = [.. Enumerable.Range(0, Workers).Select(number => new Worker(number))];
        for (var round = 0; round < rounds; round++)
        {
            // Every other round at a place, else at any moment.
            var place = round % 2 == 0 ? Places[round / 2 % Places.Length] : default;
            var pass = place.Name is null ? 0 : random.Next(place.Low, place.High);
            var moment = random.Next(1, 400);
            output.WriteLine($"round {round}: {(place.Name is null ? $"SIGKILL after {moment} answers" : $"{place.Name} at pass {pass}")}");
            await Round(directory.File("data"), workers, place.Name is null ? "" : $"{place.Name}=kill@{pass}", moment);
            await Check(directory.File("data"), workers);
        }

        output.WriteLine($"{workers.Sum(worker => (long)worker.Updates)} updates acknowledged");
    }

    private static async Task Round(string directory, Worker[] workers, string failpoint, int moment)
    {
        if (failpoint.StartsWith("journal.opening", StringComparison.Ordinal) || failpoint.StartsWith("journal.replaying", StringComparison.Ordinal))
        {
            await ServerProcess.DiesAtStart(directory, Environment(failpoint));
            return;
        }

        await using var server = await ServerProcess.Start(directory, ["Journal:CheckpointKibibytes=64"], Environment(failpoint));
        var answers = 0;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] running = [.. workers.Select(worker => worker.Run(server.Channel, () =>
        {
            if (failpoint.Length == 0 && Interlocked.Increment(ref answers) == moment) reached.TrySetResult();
            return true;
        }))];
        if (failpoint.Length == 0)
        {
            await reached.Task.WaitAsync(Eventually.Bound);
            await server.Kill();
        }
        else
        {
            await server.Ends();
        }

        await Task.WhenAll(running).WaitAsync(Eventually.Bound);
    }

    private static async Task Check(string directory, Worker[] workers)
    {
        await using var server = await ServerProcess.Start(directory, []);
        foreach (var worker in workers) await worker.Check(server.Channel);

        // Each update is one step of the epoch: none is missing, none came twice, and it never went back.
        var epoch = (await new V1.AvailabilityService.AvailabilityServiceClient(server.Channel).GetAvailabilityAsync(new() { ItemId = "none" })).AvailabilityEpoch;
        Assert.Equal(workers.Aggregate(0UL, (sum, worker) => sum + worker.Updates), epoch);
        Assert.All(workers, worker => Assert.True(worker.Epoch <= epoch));
        await server.Kill();
    }

    private static Dictionary<string, string> Environment(string failpoint) => new() { ["DECISIONSERVER_FAILPOINTS"] = failpoint };
}
