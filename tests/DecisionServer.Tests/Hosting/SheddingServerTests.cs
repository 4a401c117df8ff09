using System.Diagnostics;
using DecisionServer.Hosting;
using DecisionServer.Options;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Tests.Hosting;

/// <summary>A server whose queue is as long as the test says.</summary>
public sealed class SheddingServerTests : IAsyncLifetime, IDisposable
{
    private const string Unary = "/decisionserver.v1.MemberService/GetMember";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly TemporaryDirectory _data = new();
    private WebApplication _app = null!;
    private GrpcChannel _channel = null!;
    private long _waiting;

    public async Task InitializeAsync()
    {
        Assert.True(OptionsLoader.TryLoad(
            ["--Listen:Grpc=http://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={_data.Path}", "--Log:Level=Error", "--Limits:RetryAfterMilliseconds=250"],
            _data.Path, out ServerOptions options, out _));
        var watch = new QueueWatch(options.Limits, () => Volatile.Read(ref _waiting), Stopwatch.GetTimestamp, item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false));
        _app = ServerHost.Build(options, builder => builder.Services.AddSingleton(new CallGate(options.Limits, watch)));
        await _app.StartAsync();
        await Eventually.True(() => _app.Services.GetRequiredService<ServerLifecycle>().Phase == ServerPhase.Serving, "the server serves");
        _channel = GrpcChannel.ForAddress(_app.Services.GetRequiredService<KestrelSetup>().GrpcAddress);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Call_QueueTooLong_RefusedWithHintUntilItIsShort()
    {
        Assert.Equal(StatusCode.InvalidArgument, (await Get()).StatusCode);

        Volatile.Write(ref _waiting, long.MaxValue);
        RpcException refusal = null!;
        await Eventually.True(async () => (refusal = await Get()).StatusCode == StatusCode.ResourceExhausted, "a call is refused");
        Assert.Equal("250", refusal.Trailers.GetValue("grpc-retry-pushback-ms"));
        Assert.Contains("try again later", refusal.Status.Detail, StringComparison.Ordinal);

        // Health and streams are not refused for it, and what does not exist is told so.
        await new global::Grpc.Health.V1.Health.HealthClient(_channel).CheckAsync(new global::Grpc.Health.V1.HealthCheckRequest(), deadline: DateTime.UtcNow + Bound);
        using AsyncDuplexStreamingCall<NextBestOffersRequest, NextBestOffersResponse> stream = new DecisionService.DecisionServiceClient(_channel).DecideStream(deadline: DateTime.UtcNow + Bound);
        await stream.RequestStream.CompleteAsync();
        Assert.False(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.False(Refuses("/decisionserver.v1.MemberService/None", out _));

        Volatile.Write(ref _waiting, 0);
        await Eventually.True(async () => (await Get()).StatusCode == StatusCode.InvalidArgument, "calls are taken again");
    }

    [Fact]
    public async Task Refuses_QueueTooLong_AnswersBeforeAnythingIsMadeForTheRequest()
    {
        Assert.Equal(StatusCode.InvalidArgument, (await Get()).StatusCode);
        Assert.False(Refuses(Unary, out _));

        Volatile.Write(ref _waiting, long.MaxValue);
        await Eventually.True(async () => (await Get()).StatusCode == StatusCode.ResourceExhausted, "a call is refused");

        Assert.True(Refuses(Unary, out IHttpResponseFeature response));
        Assert.Equal("application/grpc", response.Headers.ContentType);
        Assert.Equal("8", response.Headers["grpc-status"]);
        Assert.Equal("250", response.Headers["grpc-retry-pushback-ms"]);
        Assert.False(Refuses("/grpc.health.v1.Health/Check", out response));
        Assert.Empty(response.Headers);
    }

    // GetMember without a member: refused for that, where it is taken at all.
    private async Task<RpcException> Get() => await Assert.ThrowsAsync<RpcException>(
        () => new MemberService.MemberServiceClient(_channel).GetMemberAsync(new GetMemberRequest(), deadline: DateTime.UtcNow + Bound).ResponseAsync);

    private bool Refuses(string path, out IHttpResponseFeature response)
    {
        var request = new FeatureCollection();
        request.Set<IHttpRequestFeature>(new HttpRequestFeature { Path = path });
        request.Set(response = new HttpResponseFeature());
        return _app.Services.GetRequiredService<LoadShedding>().Refuses(request);
    }
}
