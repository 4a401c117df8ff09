using System.Net;
using DecisionServer.BenchmarkServer;
using DecisionServer.Hosting;
using DecisionServer.Options;
using DecisionServer.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Benchmarks;

/// <summary>The whole server in this process, with a generation and the canned method, and callers of it.</summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    /// <summary>The method that decides.</summary>
    public const string NextBestOffers = "decisionserver.v1.DecisionService/NextBestOffers";

    /// <summary>The method that answers what is there, through the same pipeline.</summary>
    public const string Canned = "decisionserver.benchmark.v1.CannedService/NextBestOffers";

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private InProcessServer()
    {
        string[] arguments = ["--Listen:Grpc=http://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={_folder.Path}", "--Log:Level=Warning"];
        if (!OptionsLoader.TryLoad(arguments, _folder.Path, out var options, out var errors)) throw new InvalidOperationException(errors[0]);
        _app = ServerHost.Build(options, builder => builder.Services.AddSingleton<CannedGrpcService>());
        _app.MapContractService<CannedGrpcService>(CannedBinding.Bind);
    }

    /// <summary>Starts a server and publishes a generated week.</summary>
    public static async Task<InProcessServer> Start(int members)
    {
        var server = new InProcessServer();
        try
        {
            await server._app.StartAsync();
            await server.Serving();
            new GeneratedWeek(members).PublishTo(server._app.Services.GetRequiredService<GenerationRegistry>(), BenchmarkWorld.GenerationId);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A caller with a connection of its own.</summary>
    public Http2Caller Connect()
    {
        var address = _app.Services.GetRequiredService<KestrelSetup>().GrpcAddress;
        return new Http2Caller(new IPEndPoint(IPAddress.Loopback, address.Port));
    }

    // What is on the disk is read before anything may be loaded.
    private async Task Serving()
    {
        var lifecycle = _app.Services.GetRequiredService<ServerLifecycle>();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (lifecycle.Phase != ServerPhase.Serving) await Task.Delay(10, bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
