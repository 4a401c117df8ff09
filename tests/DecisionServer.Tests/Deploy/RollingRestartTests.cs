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
    public async Task Restart_OfAllNodesOneAfterTheOtherUnderLoad_FailsNoCall()
    {
        await using FleetBehindHaproxy all = await FleetBehindHaproxy.Start();
        await MembersStick(all);

        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var answered = new long[Callers];
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Call(all.Address, caller, answered, failures, stop.Token)))];
        await Answers(answered, 100);
        for (var index = 0; index < FleetBehindHaproxy.Nodes; index++)
        {
            await all.Restart(index);
            await Answers(answered, 100);
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(failures.IsEmpty, $"{failures.Count} of {answered.Sum()} calls failed:\n{string.Join('\n', failures.Take(10))}");
        await all.Fleet.Converge();
    }

    // All calls of one member go to one node; those of many members to all.
    private static async Task MembersStick(FleetBehindHaproxy all)
    {
        using var channel = GrpcChannel.ForAddress(all.Address);
        var client = new DecisionService.DecisionServiceClient(channel);
        long[] before = await Sessions(all);
        for (var call = 0; call < 20; call++)
            await Decide(client, "M00000007", default);
        long[] one = await Sessions(all);
        Assert.Equal([0, 0, 20], Differences(before, one).Order());

        for (var member = 0; member < 200; member++)
            await Decide(client, $"M{member:D8}", default);
        Assert.All(Differences(one, await Sessions(all)), calls => Assert.InRange(calls, 10, 180));
    }

    private static long[] Differences(long[] before, long[] after) => [.. after.Zip(before, (late, early) => late - early)];

    private static async Task<long[]> Sessions(FleetBehindHaproxy all) =>
        [.. (await all.Haproxy.Column(FleetBehindHaproxy.Backend, "stot")).OrderBy(server => server.Key).Select(server => long.Parse(server.Value, CultureInfo.InvariantCulture))];

    // Every caller gets so many more answers.
    private static async Task Answers(long[] answered, int more)
    {
        long[] before = [.. answered];
        await Eventually.True(() => before.Zip(answered, (early, late) => late - early).All(difference => difference >= more), "the callers get answers");
    }

    // Decisions, and now and then an action of a member, which truth must take.
    private static async Task Call(Uri address, int caller, long[] answered, ConcurrentQueue<string> failures, CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var decisions = new DecisionService.DecisionServiceClient(channel);
        var members = new MemberService.MemberServiceClient(channel);
        var random = new Random(caller);

        // Some hundred calls a second together: load, and not so much that nothing else gets to run.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var call = 0; !stop.IsCancellationRequested; call++)
        {
            var member = $"M{random.Next(FleetBehindHaproxy.Members):D8}";
            try
            {
                if (call % 10 == 0)
                    await Act(members, member, $"{caller}-{call}");
                else
                    Assert.Equal("week-1", (await Decide(decisions, member, CancellationToken.None)).GenerationId);
                Interlocked.Increment(ref answered[caller]);
            }
            catch (RpcException failure)
            {
                failures.Enqueue($"{failure.Status}");
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static async Task Act(MemberService.MemberServiceClient client, string member, string key) => await client.RecordEventsAsync(
        new RecordEventsRequest { IdempotencyKey = key, Events = { new MemberEvent { MemberId = member, OfferId = "OF000001", Kind = EventKind.Click } } },
        new Metadata { { "x-member-id", member } }, DateTime.UtcNow.AddSeconds(30));

    private static async Task<NextBestOffersResponse> Decide(DecisionService.DecisionServiceClient client, string member, CancellationToken cancellation) =>
        await client.NextBestOffersAsync(
            new NextBestOffersRequest { MemberId = member }, new Metadata { { "x-member-id", member } }, DateTime.UtcNow.AddSeconds(30), cancellation);
}
