using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class StatusTests
{
    [Theory]
    [InlineData(StatusCode.InvalidArgument, "placement 'app.home' is unknown")]
    [InlineData(StatusCode.FailedPrecondition, "über 100 % – 日本\n")]
    [InlineData(StatusCode.ResourceExhausted, "")]
    public async Task Unary_HandlerThrowsRpcException_ClientSeesCodeAndDetail(StatusCode code, string detail)
    {
        await using var server = await ContractServer.StartAsync();
        server.Service.OnUnary = (_, _) => throw new RpcException(new Status(code, detail));

        using var call = server.Client.UnaryAsync(new Note());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal((code, detail), (error.StatusCode, error.Status.Detail));
        Assert.Equal((code, detail), (call.GetStatus().StatusCode, call.GetStatus().Detail));
    }

    [Fact]
    public async Task Unary_HandlerSetsStatusOfContext_ClientSeesIt()
    {
        await using var server = await ContractServer.StartAsync();
        server.Service.OnUnary = (request, context) =>
        {
            context.Status = new Status(StatusCode.NotFound, "nobody here");
            return Task.FromResult(request);
        };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(new Note()));

        Assert.Equal((StatusCode.NotFound, "nobody here"), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task Unary_HandlerThrowsAnythingElse_ClientSeesUnknownWithoutTheMessage()
    {
        await using var server = await ContractServer.StartAsync();
        server.Service.OnUnary = (_, _) => throw new InvalidOperationException("secret");

        var error = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.UnaryAsync(new Note()));

        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        Assert.DoesNotContain("secret", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("secret", Assert.Single(server.Errors.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_UnknownMethod_IsUnimplemented()
    {
        await using var server = await ContractServer.StartAsync();
        var bytes = Marshallers.Create<byte[]>(message => message, message => message);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "grpc.contract.tests.v1.ContractTest", "Missing", bytes, bytes);

        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, []);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_HandlerThrowsAfterResponses_ClientReadsThemAndThenTheStatus()
    {
        await using var server = await ContractServer.StartAsync();
        server.Service.OnServerStreaming = async (request, responses, _) =>
        {
            await responses.WriteAsync(request);
            throw new RpcException(new Status(StatusCode.Aborted, "half-way"));
        };

        using var call = server.Client.ServerStreaming(new Note { Text = "one" });

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("one", call.ResponseStream.Current.Text);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal((StatusCode.Aborted, "half-way"), (error.StatusCode, error.Status.Detail));
    }
}
