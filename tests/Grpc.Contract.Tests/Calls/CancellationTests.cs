using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class CancellationTests
{
    [Fact]
    public async Task UnaryAsync_TokenCancelled_EndsWithCancelledOnBothSides()
    {
        await using var server = await ContractServer.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var (reached, serverCancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Service.OnUnary = async (request, context) =>
        {
            reached.SetResult();
            await context.CancellationToken.Cancelled();
            serverCancelled.SetResult();
            return request;
        };

        using var call = server.Client.UnaryAsync(new Note(), cancellationToken: cancellation.Token);
        await reached.Task.Happens();
        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await serverCancelled.Task.Happens();
    }

    [Fact]
    public async Task ServerStreaming_CallDisposedInTheMiddle_CancelsTheHandler()
    {
        await using var server = await ContractServer.StartAsync();
        var serverCancelled = new TaskCompletionSource();
        server.Service.OnServerStreaming = async (request, responses, context) =>
        {
            await responses.WriteAsync(request);
            await context.CancellationToken.Cancelled();
            serverCancelled.SetResult();
        };

        using (var call = server.Client.ServerStreaming(new Note { Text = "first" }))
            Assert.True(await call.ResponseStream.MoveNext());

        await serverCancelled.Task.Happens();
    }

    [Fact]
    public async Task ReadAllAsync_TokenCancelled_EndsWithCancelled()
    {
        await using var server = await ContractServer.StartAsync();
        using var cancellation = new CancellationTokenSource();
        server.Service.OnServerStreaming = async (request, responses, context) =>
        {
            await responses.WriteAsync(request);
            await context.CancellationToken.Cancelled();
        };

        using var call = server.Client.ServerStreaming(new Note());
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in call.ResponseStream.ReadAllAsync(cancellation.Token))
                await cancellation.CancelAsync();
        });

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task WriteAsync_TokenCancelledInServerStream_ThrowsAndCancelsTheCall()
    {
        await using var server = await ContractServer.StartAsync();
        var thrown = new TaskCompletionSource<Exception?>();
        server.Service.OnServerStreaming = async (request, responses, context) =>
            thrown.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(request, new CancellationToken(canceled: true))));

        using var call = server.Client.ServerStreaming(new Note());

        Assert.IsAssignableFrom<OperationCanceledException>(await thrown.Task.Happens());
    }
}
