using System.Collections.Concurrent;
using System.Net;
using DecisionServer.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Client.Tests.Support;

/// <summary>A gRPC server that answers as the test says, for what a single real server never answers: redirects, shard maps, failures in an exact order.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>What it was asked, in order: the method, the request, and the header x-member-id.</summary>
    public ConcurrentQueue<(string Method, object Request, string? Member)> Calls { get; } = new();

    /// <summary>How it answers; throws an <see cref="RpcException"/> to refuse.</summary>
    public Func<string, object, object> Answer { get; set; } = (_, _) => throw new RpcException(new Status(StatusCode.Unimplemented, ""));

    public static async Task<ScriptedServer> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        WebApplication app = builder.Build();
        var server = new ScriptedServer(app);
        app.UseRouting();
        app.MapGrpcService(DecisionService.BindService(new Decisions(server)));
        app.MapGrpcService(MemberService.BindService(new Members(server)));
        app.MapGrpcService(FleetService.BindService(new Fleet(server)));
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public IEnumerable<(string Method, object Request, string? Member)> CallsOf(string method) => Calls.Where(call => call.Method == method);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task<TResponse> Run<TResponse>(string method, object request, ServerCallContext context)
    {
        Calls.Enqueue((method, request, context.RequestHeaders.GetValue("x-member-id")));
        return Task.FromResult((TResponse)Answer(method, request));
    }

    private sealed class Decisions(ScriptedServer server) : DecisionService.DecisionServiceBase
    {
        public override Task<NextBestOffersResponse> NextBestOffers(NextBestOffersRequest request, ServerCallContext context) =>
            server.Run<NextBestOffersResponse>("NextBestOffers", request, context);
    }

    private sealed class Members(ScriptedServer server) : MemberService.MemberServiceBase
    {
        public override Task<ActivateOfferResponse> ActivateOffer(ActivateOfferRequest request, ServerCallContext context) =>
            server.Run<ActivateOfferResponse>("ActivateOffer", request, context);
    }

    private sealed class Fleet(ScriptedServer server) : FleetService.FleetServiceBase
    {
        public override Task<GetFleetResponse> GetFleet(GetFleetRequest request, ServerCallContext context) =>
            server.Run<GetFleetResponse>("GetFleet", request, context);
    }
}
