using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class MessageSizeTests
{
    private static readonly Note Long = new() { Text = new string('a', 2_000) };

    [Fact]
    public async Task Unary_RequestAboveTheServersLimit_IsResourceExhausted()
    {
        await using var server = await ContractServer.StartAsync(options => options.MaxReceiveMessageSize = 1_000);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(Long));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task ClientStreaming_RequestAboveTheServersLimit_IsResourceExhausted()
    {
        await using var server = await ContractServer.StartAsync(options => options.MaxReceiveMessageSize = 1_000);

        using var call = server.Client.ClientStreaming();
        await call.RequestStream.WriteAsync(Long);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }

    [Fact]
    public async Task Unary_ResponseAboveTheClientsLimit_IsResourceExhausted()
    {
        await using var server = await ContractServer.StartAsync(configureChannel: options => options.MaxReceiveMessageSize = 1_000);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(Long));

        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }
}
