using DecisionServer.Hosting;
using DecisionServer.Options;
using DecisionServer.Store;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DecisionServer.Tests.Services;

/// <summary>The whole server in this process, on ports of its own, and a client of it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly DirectoryInfo _data;
    private readonly WebApplication _app;
    private readonly bool _keepsData;

    private RunningServer(DirectoryInfo data, bool keepsData, WebApplication app)
    {
        _data = data;
        _keepsData = keepsData;
        _app = app;
        Channel = GrpcChannel.ForAddress(app.Services.GetRequiredService<KestrelSetup>().GrpcAddress);
    }

    /// <summary>How long a test waits for what must come.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(60);

    public GrpcChannel Channel { get; }

    public V1.AvailabilityService.AvailabilityServiceClient Availability => new(Channel);

    public V1.CatalogService.CatalogServiceClient Catalog => new(Channel);

    public V1.AdminService.AdminServiceClient Admin => new(Channel);

    public V1.DecisionService.DecisionServiceClient Decisions => new(Channel);

    /// <summary>A part of the server.</summary>
    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Uri Address => _app.Services.GetRequiredService<KestrelSetup>().GrpcAddress;

    public static Task<RunningServer> Start(params string[] arguments) => Start(Directory.CreateTempSubdirectory("services-"), false, arguments);

    /// <summary>A server over a folder that is left behind.</summary>
    public static Task<RunningServer> StartIn(string directory, params string[] arguments) => Start(Directory.CreateDirectory(directory), true, arguments);

    private static async Task<RunningServer> Start(DirectoryInfo data, bool keepsData, string[] arguments)
    {
        string[] all = ["--Listen:Grpc=http://127.0.0.1:0", "--Listen:Http=http://127.0.0.1:0", $"--Data:Directory={data.FullName}", "--Log:Level=Warning", .. arguments];
        Assert.True(OptionsLoader.TryLoad(all, data.FullName, out var options, out var errors), string.Join('\n', errors));
        var app = ServerHost.Build(options);
        await app.StartAsync();
        var lifecycle = app.Services.GetRequiredService<ServerLifecycle>();
        await Processes.Eventually.True(() => lifecycle.Phase == ServerPhase.Serving, "the server serves");
        return new RunningServer(data, keepsData, app);
    }

    /// <summary>Makes a generation of these offers current, with one member who has the first of them.</summary>
    public void Publish(string generationId, params OfferConfig[] offers)
    {
        var registry = _app.Services.GetRequiredService<GenerationRegistry>();
        var token = registry.Begin(generationId, 1, false, "test").Token;
        var load = registry.Load(generationId, token);
        load.LoadOffers(token, offers);
        load.Store(token, "only", 1, [new OfferSetConfig("member", [new ScoredOfferConfig(offers[0].OfferId, 0.5f)], [])]);
        registry.Seal(generationId, token, new SealRequest());
        registry.Publish(generationId, force: true);
    }

    public void Drain() => _app.Services.GetRequiredService<ServerLifecycle>().Drain();

    public static async Task<RpcException> Refused(Func<Task> call, StatusCode code)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(Bound));
        Assert.True(refusal.StatusCode == code, refusal.Message);
        return refusal;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_keepsData) _data.Delete(recursive: true);
    }
}
