using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Types;

/// <summary>Calls that are made without a transport, as interceptors and test doubles make them.</summary>
public class AsyncCallTests
{
    [Fact]
    public async Task AsyncUnaryCall_FromFunctions_HandsThemOut()
    {
        var headers = new Metadata();
        var trailers = new Metadata();
        var disposed = 0;
        var call = new AsyncUnaryCall<string>(Task.FromResult("answer"), Task.FromResult(headers), () => Status.DefaultSuccess, () => trailers, () => disposed++);

        Assert.Equal("answer", await call);
        Assert.Equal("answer", await call.ConfigureAwait(false));
        Assert.Same(headers, await call.ResponseHeadersAsync);
        Assert.Same(trailers, call.GetTrailers());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        call.Dispose();
        Assert.Equal(1, disposed);
    }

    [Fact]
    public void Client_WithoutChannel_ThrowsAtEveryCall()
    {
        var client = new Double();

        Assert.Throws<NotImplementedException>(() => client.Unary(new Note()));
        Assert.Throws<NotImplementedException>(() => client.UnaryAsync(new Note()));
        Assert.Throws<NotImplementedException>(() => client.ServerStreaming(new Note()));
        Assert.Throws<NotImplementedException>(() => client.ClientStreaming());
        Assert.Throws<NotImplementedException>(() => client.Duplex());
    }

    [Fact]
    public async Task WriteAsync_WriterWithoutCancellation_RefusesTokensThatCanBeCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        IAsyncStreamWriter<string> writer = new PlainWriter();

        await writer.WriteAsync("a", CancellationToken.None);
        Assert.Throws<NotSupportedException>(() => { _ = writer.WriteAsync("a", cancellation.Token); });
    }

    private sealed class Double : ContractTest.ContractTestClient;

    private sealed class PlainWriter : IAsyncStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => Task.CompletedTask;
    }
}
