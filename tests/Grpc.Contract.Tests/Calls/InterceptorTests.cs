using System.Collections.Concurrent;
using Grpc.Contract.Tests.Protos;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Contract.Tests.Calls;

public class InterceptorTests
{
    [Fact]
    public async Task ServerInterceptors_EveryKindOfCall_SeeItInOrder()
    {
        var log = new ConcurrentQueue<string>();
        await using var server = await ContractServer.StartAsync(options =>
        {
            options.Interceptors.Add<RecordingInterceptor>("outer", log);
            options.Interceptors.Add<RecordingInterceptor>("inner", log);
        });

        await CallEveryKindAsync(server.Client);

        Assert.Equal(
            [
                "outer server Unary", "inner server Unary",
                "outer server ServerStreaming", "inner server ServerStreaming",
                "outer server ClientStreaming", "inner server ClientStreaming",
                "outer server Duplex", "inner server Duplex",
            ],
            log);
    }

    [Fact]
    public async Task ClientInterceptors_EveryKindOfCall_SeeItInOrder()
    {
        var log = new ConcurrentQueue<string>();
        await using var server = await ContractServer.StartAsync();
        var invoker = server.Channel.Intercept(new RecordingInterceptor("outer", log), new RecordingInterceptor("inner", log));
        var client = new ContractTest.ContractTestClient(invoker);

        await CallEveryKindAsync(client);
        await Task.Run(() => client.Unary(new Note()));

        Assert.Equal(
            [
                "outer client Unary", "inner client Unary",
                "outer client ServerStreaming", "inner client ServerStreaming",
                "outer client ClientStreaming", "inner client ClientStreaming",
                "outer client Duplex", "inner client Duplex",
                "outer client blocking Unary", "inner client blocking Unary",
            ],
            log);
    }

    [Fact]
    public async Task Intercept_OneAfterTheOther_TheLastSeesTheCallFirst()
    {
        var log = new ConcurrentQueue<string>();
        await using var server = await ContractServer.StartAsync();
        var invoker = server.Channel.Intercept(new RecordingInterceptor("first", log)).Intercept(new RecordingInterceptor("last", log));

        await new ContractTest.ContractTestClient(invoker).UnaryAsync(new Note());

        Assert.Equal(["last client Unary", "first client Unary"], log);
    }

    // Grpc.Net.Client itself ignores the host; it is there for interceptors and other transports.
    [Fact]
    public async Task WithHost_EveryKindOfCall_TellsItToTheInvoker()
    {
        var log = new ConcurrentQueue<string>();
        await using var server = await ContractServer.StartAsync();
        var client = new ContractTest.ContractTestClient(server.Channel.Intercept(new RecordingInterceptor("any", log))).WithHost("example");

        await CallEveryKindAsync(client);
        await Task.Run(() => client.Unary(new Note()));

        Assert.Equal(
            [
                "any client Unary at example",
                "any client ServerStreaming at example",
                "any client ClientStreaming at example",
                "any client Duplex at example",
                "any client blocking Unary at example",
            ],
            log);
    }

    [Fact]
    public async Task ServerInterceptor_ThrowsRpcException_HandlerIsNotReached()
    {
        await using var server = await ContractServer.StartAsync(options => options.Interceptors.Add<RefusingInterceptor>());
        server.Service.OnUnary = (_, _) => throw new InvalidOperationException("reached");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(new Note()));

        Assert.Equal((StatusCode.Unauthenticated, "no token"), (error.StatusCode, error.Status.Detail));
    }

    private static async Task CallEveryKindAsync(ContractTest.ContractTestClient client)
    {
        await client.UnaryAsync(new Note());

        using var serverStreaming = client.ServerStreaming(new Note { Count = 1 });
        Assert.Single(await serverStreaming.ResponseStream.ReadAllAsync().ToListAsync());

        using var clientStreaming = client.ClientStreaming();
        await clientStreaming.RequestStream.CompleteAsync();
        await clientStreaming;

        using var duplex = client.Duplex();
        await duplex.RequestStream.CompleteAsync();
        Assert.Empty(await duplex.ResponseStream.ReadAllAsync().ToListAsync());
    }

    private sealed class RefusingInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.Unauthenticated, "no token"));
    }
}
