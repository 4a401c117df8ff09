using System.Collections.Concurrent;
using System.Globalization;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DecisionServer.Tests.Deploy;

[Trait("Category", "Fault")]
public sealed class RollingRestartTests
{
    private const int Callers = 4;

    [Fact]
    public async Task Restart_OfBothServersOneAfterTheOtherUnderLoad_FailsNoCall()
    {
        await using ServerPair pair = await ServerPair.Start();
        await MembersStick(pair);

        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var answered = new long[Callers];
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Call(pair.Address, caller, answered, failures, stop.Token)))];
        await Answers(answered, 200);

        await pair.Restart(0);
        await Answers(answered, 200);
        await pair.Restart(1);
        await Answers(answered, 200);

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(failures.IsEmpty, $"{failures.Count} of {answered.Sum()} calls failed:\n{string.Join('\n', failures.Take(10))}");
    }

    // All calls of one member go to one server; those of many members to both.
    private static async Task MembersStick(ServerPair pair)
    {
        using var channel = GrpcChannel.ForAddress(pair.Address);
        var client = new DecisionService.DecisionServiceClient(channel);
        long[] before = await Sessions(pair);
        for (var call = 0; call < 20; call++)
            await Decide(client, "M00000007", default);
        long[] one = await Sessions(pair);
        Assert.Equal([0, 20], Differences(before, one).Order());

        for (var member = 0; member < 200; member++)
            await Decide(client, $"M{member:D8}", default);
        Assert.All(Differences(one, await Sessions(pair)), calls => Assert.InRange(calls, 20, 180));
    }

    private static long[] Differences(long[] before, long[] after) => [.. after.Zip(before, (late, early) => late - early)];

    private static async Task<long[]> Sessions(ServerPair pair) =>
        [.. (await pair.Haproxy.Column(ServerPair.Backend, "stot")).OrderBy(server => server.Key).Select(server => long.Parse(server.Value, CultureInfo.InvariantCulture))];

    // Every caller gets so many more answers.
    private static async Task Answers(long[] answered, int more)
    {
        long[] before = [.. answered];
        await Eventually.True(() => before.Zip(answered, (early, late) => late - early).All(difference => difference >= more), "the callers get answers");
    }

    private static async Task Call(Uri address, int caller, long[] answered, ConcurrentQueue<string> failures, CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new DecisionService.DecisionServiceClient(channel);
        var random = new Random(caller);

        // Some hundred calls a second together: load, and not so much that nothing else gets to run.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(8));
        while (!stop.IsCancellationRequested)
        {
            try
            {
                NextBestOffersResponse answer = await Decide(client, $"M{random.Next(ServerPair.Members):D8}", CancellationToken.None);
                Assert.Equal("week-1", answer.GenerationId);
                Interlocked.Increment(ref answered[caller]);
            }
            catch (RpcException failure)
            {
                failures.Enqueue($"{failure.Status}");
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task<NextBestOffersResponse> Decide(DecisionService.DecisionServiceClient client, string member, CancellationToken cancellation) =>
        await client.NextBestOffersAsync(
            new NextBestOffersRequest { MemberId = member }, new Metadata { { "x-member-id", member } }, DateTime.UtcNow.AddSeconds(30), cancellation);
}
