using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.Contract.Tests.Calls;

/// <summary>A real server on a free loopback port, and a channel to it. Disposing fails the test if the server logged an error that nobody looked at.</summary>
internal sealed class ContractServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ContractServer(WebApplication application, GrpcChannel channel, NoteService service, ErrorLog errors)
    {
        _application = application;
        Channel = channel;
        Service = service;
        Errors = errors;
        Client = new(channel);
    }

    public GrpcChannel Channel { get; }

    public NoteService Service { get; }

    public ErrorLog Errors { get; }

    public Protos.ContractTest.ContractTestClient Client { get; }

    public static async Task<ContractServer> StartAsync(
        Action<GrpcServiceOptions>? configureServer = null,
        Action<GrpcChannelOptions>? configureChannel = null,
        Action<IEndpointRouteBuilder, NoteService>? map = null)
    {
        var errors = new ErrorLog();
        var service = new NoteService();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddSingleton(service).AddGrpc(options => configureServer?.Invoke(options));
        builder.Logging.AddProvider(errors);
        var application = builder.Build();
        (map ?? ((endpoints, _) => endpoints.MapGrpcService<NoteService>()))(application, service);
        await application.StartAsync();

        var address = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        var channelOptions = new GrpcChannelOptions();
        configureChannel?.Invoke(channelOptions);
        return new ContractServer(application, GrpcChannel.ForAddress(address, channelOptions), service, errors);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        Assert.Empty(Errors.Take());
    }
}
