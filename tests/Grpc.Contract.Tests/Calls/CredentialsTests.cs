using Grpc.Contract.Tests.Protos;
using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.Contract.Tests.Calls;

public class CredentialsTests
{
    [Fact]
    public async Task CallCredentials_FromInterceptor_AddTheirHeaders()
    {
        await using var server = await ContractServer.StartAsync(configureChannel: options => options.UnsafeUseInsecureChannelCallCredentials = true);
        Metadata? seen = null;
        server.Service.OnUnary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        };
        AuthInterceptorContext? asked = null;
        var token = CallCredentials.FromInterceptor((context, metadata) =>
        {
            asked = context;
            metadata.Add("authorization", "Bearer t");
            return Task.CompletedTask;
        });
        var tenant = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("x-tenant", "shop");
            return Task.CompletedTask;
        });

        await server.Client.UnaryAsync(new Note(), new CallOptions(credentials: CallCredentials.Compose(token, tenant)));

        Assert.Equal(("Bearer t", "shop"), (seen?.GetValue("authorization"), seen?.GetValue("x-tenant")));
        Assert.Equal("Unary", asked?.MethodName);
        Assert.EndsWith("/grpc.contract.tests.v1.ContractTest", asked?.ServiceUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_LessThanTwo_Throws() =>
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(CallCredentials.FromInterceptor((_, _) => Task.CompletedTask)));

    [Fact]
    public async Task ChannelCredentials_WithCallCredentials_AddThemToEveryCall()
    {
        var token = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer t");
            return Task.CompletedTask;
        });
        await using var server = await ContractServer.StartAsync(configureChannel: options =>
        {
            options.UnsafeUseInsecureChannelCallCredentials = true;
            options.Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, token);
        });
        var seen = new List<string?>();
        server.Service.OnUnary = (request, context) =>
        {
            seen.Add(context.RequestHeaders.GetValue("authorization"));
            return Task.FromResult(request);
        };

        await server.Client.UnaryAsync(new Note());
        await server.Client.UnaryAsync(new Note());

        Assert.Equal(["Bearer t", "Bearer t"], seen);
    }

    [Fact]
    public void ForAddress_CredentialsAgainstTheScheme_AreToldApart()
    {
        var secured = ChannelCredentials.Create(ChannelCredentials.SecureSsl, CallCredentials.FromInterceptor((_, _) => Task.CompletedTask));

        GrpcChannel.ForAddress("https://127.0.0.1:1", new GrpcChannelOptions { Credentials = secured }).Dispose();
        GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }).Dispose();
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://127.0.0.1:1", new GrpcChannelOptions { Credentials = secured }));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("https://127.0.0.1:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }));
    }
}
