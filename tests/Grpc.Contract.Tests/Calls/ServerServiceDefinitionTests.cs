using Grpc.Contract.Tests.Protos;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace Grpc.Contract.Tests.Calls;

public class ServerServiceDefinitionTests
{
    // The server reaches ServerServiceDefinition.BindService, which is internal, as a friend of the contract.
    [Fact]
    public async Task MapGrpcService_Definition_ServesEveryMethod()
    {
        await using var server = await ContractServer.StartAsync(map: (endpoints, service) => endpoints.MapGrpcService(ContractTest.BindService(service)));

        Assert.Equal("by definition", (await server.Client.UnaryAsync(new Note { Text = "by definition" })).Text);

        using var streaming = server.Client.ServerStreaming(new Note { Count = 3 });
        Assert.Equal(3, await streaming.ResponseStream.ReadAllAsync().CountAsync());

        using var clientStreaming = server.Client.ClientStreaming();
        await clientStreaming.RequestStream.WriteAsync(new Note { Count = 4 });
        await clientStreaming.RequestStream.CompleteAsync();
        Assert.Equal(4, (await clientStreaming).Count);

        using var duplex = server.Client.Duplex();
        await duplex.RequestStream.WriteAsync(new Note { Count = 5 });
        Assert.True(await duplex.ResponseStream.MoveNext());
        Assert.Equal(5, duplex.ResponseStream.Current.Count);
        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());
    }

    [Fact]
    public void AddMethod_SameMethodTwice_Throws()
    {
        var bytes = Marshallers.Create<byte[]>(message => message, message => message);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "service", "method", bytes, bytes);
        UnaryServerMethod<byte[], byte[]> handler = (request, _) => Task.FromResult(request);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);

        Assert.Throws<ArgumentException>(() => builder.AddMethod(method, handler));
    }
}
