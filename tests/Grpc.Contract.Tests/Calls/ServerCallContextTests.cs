using Grpc.Contract.Tests.Protos;
using Grpc.Core;

namespace Grpc.Contract.Tests.Calls;

public class ServerCallContextTests
{
    [Fact]
    public async Task Context_InAHandler_DescribesTheCall()
    {
        await using var server = await ContractServer.StartAsync();
        var seen = new List<string?>();
        server.Service.OnUnary = (request, context) =>
        {
            context.UserState["seen"] = "kept";
            seen.AddRange([context.Method, context.Host, context.Peer[..context.Peer.LastIndexOf(':')], (string)context.UserState["seen"]]);
            Assert.False(context.AuthContext.IsPeerAuthenticated);
            Assert.Empty(context.AuthContext.PeerIdentity);
            return Task.FromResult(request);
        };

        await server.Client.UnaryAsync(new Note());

        Assert.Equal(["/grpc.contract.tests.v1.ContractTest/Unary", server.Channel.Target, "ipv4:127.0.0.1", "kept"], seen);
    }
}
