using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Health.V1;
using static DecisionServer.V1.MemberService;

namespace DecisionServer.Tests.Hosting;

public sealed class LoadSheddingTests
{
    private const string InFlight = "decisionserver_calls_in_flight{kind=\"unary\"}";
    private const string Shed = "decisionserver_calls_shed_total{kind=\"unary\"}";
    private const string Answered = "0";

    [Fact]
    public async Task Call_LimitReached_RefusedWithRetryHintUntilOneEnds()
    {
        await using ServerProcess server = await ServerProcess.Start("Limits:ConcurrentCalls=4", "Limits:RetryAfterMilliseconds=250");
        using var client = new HttpClient();
        StalledCall[] stalled = [.. Enumerable.Range(0, 4).Select(_ => StalledCall.Start(client, server.Grpc))];
        await Eventually.True(async () => await server.Metric(InFlight) == 4, "four calls in flight");
        var members = new MemberServiceClient(server.Channel);

        // Refused at the limit, many at a time, with a hint; health and reflection are not.
        RpcException[] refusals = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
            Assert.ThrowsAsync<RpcException>(() => members.GetMemberAsync(new GetMemberRequest()).ResponseAsync)));
        Assert.All(refusals, refusal => Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode));
        Assert.All(refusals, refusal => Assert.Equal("250", refusal.Trailers.GetValue("grpc-retry-pushback-ms")));
        Assert.Equal(50, await server.Metric(Shed));
        await new global::Grpc.Health.V1.Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest());

        // The ones taken are answered, and then there is room again.
        foreach (StalledCall call in stalled)
            call.Release();
        Assert.All(await Task.WhenAll(stalled.Select(call => call.Status())), status => Assert.Equal(Answered, status));
        await Eventually.True(async () => await server.Metric(InFlight) == 0, "nothing in flight");
        RpcException after = await Assert.ThrowsAsync<RpcException>(() => members.GetMemberAsync(new GetMemberRequest()).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, after.StatusCode);
    }

    [Fact]
    public async Task Call_ManyAtOnce_ExactlyTheLimitIsTaken()
    {
        await using ServerProcess server = await ServerProcess.Start("Limits:ConcurrentCalls=8");
        using var client = new HttpClient();

        StalledCall[] calls = [.. Enumerable.Range(0, 64).Select(_ => StalledCall.Start(client, server.Grpc))];

        // The refused ones end by themselves, the others wait to be released.
        await Eventually.True(() => calls.Count(call => call.Response.IsCompleted) == 56, "56 of 64 calls refused");
        Assert.Equal(8, await server.Metric(InFlight));
        foreach (StalledCall call in calls)
            call.Release();
        string[] statuses = await Task.WhenAll(calls.Select(call => call.Status()));
        Assert.Equal(8, statuses.Count(status => status == Answered));
        Assert.Equal(56, statuses.Count(status => status == "8"));
    }
}
