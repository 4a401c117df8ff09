using Grpc.Contract.Tests.Protos;
using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.Contract.Tests.Calls;

public class ChannelTests
{
    [Fact]
    public async Task State_ConnectedAndDisposed_FollowsTheConnection()
    {
        await using var server = await ContractServer.StartAsync();
        Assert.Equal(ConnectivityState.Idle, server.Channel.State);

        await server.Channel.ConnectAsync().Happens();
        Assert.Equal(ConnectivityState.Ready, server.Channel.State);

        server.Channel.Dispose();
        Assert.Equal(ConnectivityState.Shutdown, server.Channel.State);
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        var server = await ContractServer.StartAsync();
        var address = server.Channel.Target;
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress($"http://{address}");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await new ContractTest.ContractTestClient(channel).UnaryAsync(new Note()));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.NotNull(error.Status.DebugException);
    }

    [Fact]
    public async Task Unary_WaitForReady_WaitsUntilTheDeadlineInsteadOfFailing()
    {
        var server = await ContractServer.StartAsync();
        var address = server.Channel.Target;
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress($"http://{address}");
        var options = new CallOptions(deadline: DateTime.UtcNow.AddMilliseconds(200)).WithWaitForReady();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await new ContractTest.ContractTestClient(channel).UnaryAsync(new Note(), options));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }
}
