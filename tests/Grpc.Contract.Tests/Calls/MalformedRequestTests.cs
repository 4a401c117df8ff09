using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Grpc.Contract.Tests.Calls;

/// <summary>What a client sees whose request is not the message that the method takes, and how a service can tell it better.</summary>
public class MalformedRequestTests
{
    private const string ServiceName = "grpc.contract.tests.v1.ContractTest";

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(message => message, message => message);

    // Field 1 announces five bytes and has one.
    private static readonly byte[] Truncated = [0x0A, 5, (byte)'A'];

    public static TheoryData<byte[]> Malformed =>
    [
        Truncated,
        [0x00], // field number 0
        [0x0F], // wire type 7
        [0x0C], // the end of a group that nothing began
        [0x10, .. Enumerable.Repeat((byte)0xFF, 11)], // a varint of eleven bytes
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Unary_GeneratedBinding_IsUnknownAndLoggedAsAnError(byte[] request)
    {
        await using var server = await ContractServer.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => SendUnaryAsync(server, request));

        Assert.Equal((StatusCode.Unknown, "Exception was thrown by handler."), (error.StatusCode, error.Status.Detail));
        Assert.Contains("InvalidProtocolBufferException", Assert.Single(server.Errors.Take()), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Unary_StrictBinding_IsInvalidArgumentAndNoError(byte[] request)
    {
        await using var server = await ContractServer.StartAsync(map: (endpoints, _) => endpoints.MapGrpcService<StrictNoteService>());

        var error = await Assert.ThrowsAsync<RpcException>(() => SendUnaryAsync(server, request));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith("The request is not a Note: ", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientStreaming_StrictBinding_IsInvalidArgument()
    {
        await using var server = await ContractServer.StartAsync(map: (endpoints, _) => endpoints.MapGrpcService<StrictNoteService>());
        var method = new Method<byte[], byte[]>(MethodType.ClientStreaming, ServiceName, "ClientStreaming", Bytes, Bytes);

        using var call = server.Channel.CreateCallInvoker().AsyncClientStreamingCall(method, null, default);
        await call.RequestStream.WriteAsync(Truncated);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
    }

    // Google.Protobuf 3.25.1 does not refuse strings that are not UTF-8: it puts U+FFFD in. Whoever needs to know must look for it.
    [Fact]
    public async Task Unary_InvalidUtf8InAString_ArrivesWithTheReplacementCharacter()
    {
        await using var server = await ContractServer.StartAsync();
        string? text = null;
        server.Service.OnUnary = (request, _) =>
        {
            text = request.Text;
            return Task.FromResult(request);
        };

        await SendUnaryAsync(server, [0x0A, 2, 0xC3, 0x28]);

        Assert.Equal("\uFFFD(", text);
    }

    private static async Task<byte[]> SendUnaryAsync(ContractServer server, byte[] request)
    {
        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, ServiceName, "Unary", Bytes, Bytes), null, default, request);
        return await call;
    }
}
