using System.Net;
using DecisionServer.Tests.Processes;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace DecisionServer.Tests.Hosting;

public sealed class DrainTests
{
    private const string InFlight = "decisionserver_calls_in_flight{kind=\"unary\"}";

    [Fact]
    public async Task Terminate_CallInFlight_NotReadyAtOnceCallAnsweredExit0()
    {
        await using ServerProcess server = await ServerProcess.Start("Listen:DrainSeconds=30");
        using var client = new HttpClient();
        using StalledCall call = StalledCall.Start(client, server.Grpc);
        await Eventually.True(async () => await server.Metric(InFlight) == 1, "a call in flight");
        using AsyncServerStreamingCall<HealthCheckResponse> watch = new global::Grpc.Health.V1.Health.HealthClient(server.Channel).Watch(new HealthCheckRequest());
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        server.Program.Terminate();

        // The watch hears of it, and ends; new connections find no server.
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.False(await watch.ResponseStream.MoveNext(default));
        await Eventually.True(async () => !await IsReady(server), "not ready");
        Assert.False(server.Program.HasExited);

        // What was in flight is answered.
        call.Release();
        Assert.Equal("0", await call.Status());
        Assert.Equal(0, await server.Ends());
        Assert.Contains("Stopped, nothing in flight", server.Program.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_CallThatNeverEnds_CutOffAfterDrainSecondsExit0()
    {
        await using ServerProcess server = await ServerProcess.Start("Listen:DrainSeconds=1");
        using var client = new HttpClient();
        using StalledCall call = StalledCall.Start(client, server.Grpc);
        await Eventually.True(async () => await server.Metric(InFlight) == 1, "a call in flight");

        int exitCode = await server.Stop();

        Assert.Equal(0, exitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => call.Response);
        Assert.Contains("was cut off", server.Program.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_Twice_EndsAtOnce()
    {
        await using ServerProcess server = await ServerProcess.Start("Listen:DrainSeconds=3000");
        using var client = new HttpClient();
        using StalledCall call = StalledCall.Start(client, server.Grpc);
        await Eventually.True(async () => await server.Metric(InFlight) == 1, "a call in flight");

        server.Program.Terminate();
        await Eventually.True(() => server.Program.Everything.Contains("Told to stop", StringComparison.Ordinal), "the first signal was heard");
        server.Program.Terminate();

        Assert.Equal(143, await server.Ends());
        await Assert.ThrowsAsync<HttpRequestException>(() => call.Response);
    }

    [Fact]
    public async Task Terminate_WithNotice_NotReadyButStillAnswers()
    {
        await using ServerProcess server = await ServerProcess.Start("Listen:NoticeSeconds=600");

        server.Program.Terminate();

        var ready = new Uri(server.Http, "health/ready");
        await Eventually.True(async () => await server.HttpClient.GetAsync(ready) is { StatusCode: HttpStatusCode.ServiceUnavailable } answer
            && await answer.Content.ReadAsStringAsync() == "draining\n", "draining");
        HealthCheckResponse health = await new global::Grpc.Health.V1.Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest());
        Assert.Equal(ServingStatus.NotServing, health.Status);
        server.Program.Terminate();
        Assert.Equal(143, await server.Ends());
    }

    private static async Task<bool> IsReady(ServerProcess server)
    {
        try
        {
            return (await server.HttpClient.GetAsync(new Uri(server.Http, "health/live"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
