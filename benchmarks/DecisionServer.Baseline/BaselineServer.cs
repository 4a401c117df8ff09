using Microsoft.AspNetCore.Server.Kestrel.Core;
using StackExchange.Redis;

namespace DecisionServer.Baseline;

/// <summary>Puts the service together: Kestrel, gRPC, one connection to Redis that all calls share.</summary>
internal static class BaselineServer
{
    /// <summary>The service, ready to be started, over the generation that Redis calls current.</summary>
    public static async Task<WebApplication> Build(string redis, Uri listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, listen.Port, address => address.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();

        var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        builder.Services.AddSingleton(_ => connection);
        builder.Services.AddSingleton(connection.GetDatabase());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(await Catalogue.Read(connection.GetDatabase()));
        builder.Services.AddSingleton<UnavailableOffers>();
        builder.Services.AddHostedService(services => services.GetRequiredService<UnavailableOffers>());
        builder.Services.AddSingleton<BaselineDecisionService>();

        var app = builder.Build();
        app.MapGrpcService<BaselineDecisionService>();
        return app;
    }
}
