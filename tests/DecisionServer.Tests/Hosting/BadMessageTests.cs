using System.Net;
using DecisionServer.Tests.Processes;
using Grpc.Core;

namespace DecisionServer.Tests.Hosting;

public sealed class BadMessageTests
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    [Theory]
    [InlineData(new byte[] { 0x0a, 0x09, 0x61 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 0x00 })]
    public async Task Call_BytesThatAreNoMessage_InvalidArgumentNamesTheMessage(byte[] message)
    {
        await using ServerProcess server = await ServerProcess.Start();

        RpcException fault = await Send(server, message);

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.StartsWith("decisionserver.v1.MemberService/GetMember: the request is no valid GetMemberRequest: ", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_MessageOf4MiBAndOneByte_ResourceExhausted()
    {
        await using ServerProcess server = await ServerProcess.Start();

        RpcException tooLong = await Send(server, Message(4 * 1024 * 1024 + 1));
        RpcException longest = await Send(server, Message(4 * 1024 * 1024));

        Assert.Equal(StatusCode.ResourceExhausted, tooLong.StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, longest.StatusCode);
    }

    [Fact]
    public async Task Call_UnknownServiceOrMethod_Unimplemented()
    {
        await using ServerProcess server = await ServerProcess.Start();

        foreach ((string service, string method) in new[] { ("decisionserver.v1.NoService", "Do"), ("decisionserver.v1.MemberService", "Do") })
        {
            var call = new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes);
            RpcException fault = await Assert.ThrowsAsync<RpcException>(
                () => server.Channel.CreateCallInvoker().AsyncUnaryCall(call, null, default, []).ResponseAsync);
            Assert.Equal(StatusCode.Unimplemented, fault.StatusCode);
        }
    }

    [Fact]
    public async Task Get_HttpPathsOnGrpcListener_NotFound()
    {
        await using ServerProcess server = await ServerProcess.Start();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        HttpResponseMessage response = await client.GetAsync(new Uri(server.Grpc, "metrics"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    // A string field with a number that no message has, so that it is long without being wrong.
    private static byte[] Message(int length)
    {
        byte[] message = new byte[length];
        (message[0], message[1]) = (0xfa, 0x3e);
        int rest = length - 6;
        for (int i = 2; i < 6; i++, rest >>= 7)
            message[i] = (byte)((rest & 0x7f) | (i < 5 ? 0x80 : 0));
        return message;
    }

    private static Task<RpcException> Send(ServerProcess server, byte[] message)
    {
        var method = new Method<byte[], byte[]>(MethodType.Unary, "decisionserver.v1.MemberService", "GetMember", Bytes, Bytes);
        return Assert.ThrowsAsync<RpcException>(() => server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, message).ResponseAsync);
    }
}
