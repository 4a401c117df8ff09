using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Hosting;

public sealed class StreamTests
{
    private const string InFlight = "decisionserver_calls_in_flight{kind=\"streaming\"}";

    [Fact]
    public async Task Stream_LimitReached_RefusedWithRetryHintUnaryCallsGoOn()
    {
        await using ServerProcess server = await ServerProcess.Start("Limits:ConcurrentStreams=2", "Limits:RetryAfterMilliseconds=70");
        var availability = new AvailabilityService.AvailabilityServiceClient(server.Channel);
        using var first = availability.StreamAvailability();
        using var second = availability.StreamAvailability();
        await first.RequestStream.WriteAsync(Update(1));
        await second.RequestStream.WriteAsync(Update(1));
        await Eventually.True(async () => await server.Metric(InFlight) == 2, "two streams in flight");

        using var third = availability.StreamAvailability();
        RpcException refusal = await Assert.ThrowsAsync<RpcException>(() => third.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal("70", refusal.Trailers.GetValue("grpc-retry-pushback-ms"));
        Assert.Equal(1, await server.Metric("decisionserver_calls_shed_total{kind=\"streaming\"}"));
        await availability.GetAvailabilityAsync(new GetAvailabilityRequest { OfferId = "o1" });
    }

    [Fact]
    public async Task Terminate_WatchIsOpen_ServerStopsWithoutWaitingForIt()
    {
        await using ServerProcess server = await ServerProcess.Start("Listen:DrainSeconds=3000");
        var availability = new AvailabilityService.AvailabilityServiceClient(server.Channel);
        using AsyncServerStreamingCall<WatchAvailabilityResponse> watch = availability.WatchAvailability(new WatchAvailabilityRequest());
        await Eventually.True(async () => await server.Metric(InFlight) == 1, "a watch in flight");

        // Within the bound of the helper, which is far below the time to drain.
        Assert.Equal(0, await server.Stop());
    }

    [Fact]
    public async Task Terminate_DecideStreamUnderWay_ItsAnswersAreStillGiven()
    {
        using var files = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.Start("Listen:DrainSeconds=3000");
        await LoaderProcess.LoadGenerated(server, "week-1", members: 100, offers: 100, files.Path);
        using var stream = new DecisionService.DecisionServiceClient(server.Channel).DecideStream();
        await stream.RequestStream.WriteAsync(new NextBestOffersRequest { MemberId = "M00000001" });
        Assert.True(await stream.ResponseStream.MoveNext(default));

        server.Program.Terminate();
        await Eventually.True(() => server.Program.Everything.Contains("Told to stop", StringComparison.Ordinal), "the signal was heard");
        await stream.RequestStream.WriteAsync(new NextBestOffersRequest { MemberId = "M00000002" });
        await stream.RequestStream.CompleteAsync();

        Assert.True(await stream.ResponseStream.MoveNext(default));
        Assert.Equal(10, stream.ResponseStream.Current.Placements[0].Offers.Count);
        Assert.False(await stream.ResponseStream.MoveNext(default));
        Assert.Equal(0, await server.Ends());
    }

    [Fact]
    public async Task Terminate_FeedOfAvailability_ToldToGoOnElsewhere()
    {
        await using ServerProcess server = await ServerProcess.Start("Listen:DrainSeconds=3000");
        using var stream = new AvailabilityService.AvailabilityServiceClient(server.Channel).StreamAvailability();
        await stream.RequestStream.WriteAsync(Update(1));
        Assert.True(await stream.ResponseStream.MoveNext(default));

        server.Program.Terminate();

        // The server waits for the client to close its half, at most for the time to drain; a client that was told does so.
        RpcException end = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default));
        stream.Dispose();
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
        Assert.Equal(0, await server.Ends());
    }

    private static StreamAvailabilityRequest Update(ulong sequence) =>
        new() { Sequence = sequence, Updates = { new AvailabilityUpdate { OfferId = $"o{sequence}", Stock = 1 } } };
}
