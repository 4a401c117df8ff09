using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class HeaderTests
{
    private static readonly byte[] Bytes = [0, 1, 127, 128, 255];

    [Fact]
    public async Task RequestHeaders_TextAndBinary_ReachTheHandler()
    {
        await using var server = await ContractServer.StartAsync();
        Metadata? seen = null;
        server.Service.OnUnary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        };

        await server.Client.UnaryAsync(new Note(), new Metadata { { "X-Trace", "abc" }, { "x-trace", "def" }, { "x-key-bin", Bytes } });

        Assert.NotNull(seen);
        Assert.Equal(Bytes, seen.GetValueBytes("x-key-bin"));
        Assert.Equal(["abc", "def"], seen.GetAll("x-trace").SelectMany(entry => entry.Value.Split(',', StringSplitOptions.TrimEntries)));
    }

    [Fact]
    public async Task ResponseHeaders_WrittenByTheHandler_ArriveBeforeTheResponse()
    {
        await using var server = await ContractServer.StartAsync();
        var release = new TaskCompletionSource();
        server.Service.OnUnary = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-generation", "g7" }, { "x-key-bin", Bytes } });
            await release.Task;
            return request;
        };

        using var call = server.Client.UnaryAsync(new Note());
        var headers = await call.ResponseHeadersAsync.Happens();

        Assert.Equal("g7", headers.GetValue("x-generation"));
        Assert.Equal(Bytes, headers.GetValueBytes("x-key-bin"));
        Assert.False(call.ResponseAsync.IsCompleted);
        release.SetResult();
        await call;
    }

    [Fact]
    public async Task Trailers_OfASuccessfulCall_ReachTheClient()
    {
        await using var server = await ContractServer.StartAsync();
        server.Service.OnUnary = (request, context) =>
        {
            context.ResponseTrailers.Add("x-cost", "3");
            context.ResponseTrailers.Add("x-key-bin", Bytes);
            return Task.FromResult(request);
        };

        using var call = server.Client.UnaryAsync(new Note());
        await call;

        Assert.Equal("3", call.GetTrailers().GetValue("x-cost"));
        Assert.Equal(Bytes, call.GetTrailers().GetValueBytes("x-key-bin"));
    }

    [Fact]
    public async Task Trailers_OfAnRpcException_ReachTheClient()
    {
        await using var server = await ContractServer.StartAsync();
        var trailers = new Metadata { { "retry-after-ms", "250" }, { "grpc-status-details-bin", Bytes } };
        server.Service.OnUnary = (_, _) => throw new RpcException(new Status(StatusCode.ResourceExhausted, "busy"), trailers);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(new Note()));

        Assert.Equal("250", error.Trailers.GetValue("retry-after-ms"));
        Assert.Equal(Bytes, error.Trailers.GetValueBytes("grpc-status-details-bin"));
    }
}
