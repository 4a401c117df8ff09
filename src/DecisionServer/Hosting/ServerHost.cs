using DecisionServer.Metrics;
using DecisionServer.Options;
using DecisionServer.Store;
using Microsoft.Extensions.Logging.Console;

namespace DecisionServer.Hosting;

/// <summary>Puts the server together. Nothing here decides anything: the parts are registered in <see cref="ServiceRegistration"/>.</summary>
internal static class ServerHost
{
    /// <summary>The server, ready to be started.</summary>
    /// <param name="options">Validated options.</param>
    /// <param name="configure">Further registrations, for the demo and for tests.</param>
    public static WebApplication Build(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        // First of all, before anything opens a file there; the container gives it back last. What served before is read while everything else is put together.
        var claim = DataDirectoryLock.Take(options.DataDirectory);
        StoreOptions store = ServiceRegistration.StoreOptionsOf(options);
        var early = EarlyRead.Begin(store);

        // The empty builder: no source of configuration, no logger, no address that is not named here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "DecisionServer" });
        var kestrel = new KestrelSetup(options);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel.Configure);
        SheddingServer.Register(builder.Services);
        ConfigureLogging(builder.Logging, options.Log);
        CutCalls.Register(builder.Services);

        IServiceCollection services = builder.Services;
        services.AddSingleton(_ => claim);
        services.AddSingleton(store);
        services.AddSingleton(_ => early);
        services.AddSingleton(options);
        services.AddSingleton(options.Limits);
        services.AddSingleton(kestrel);
        services.AddSingleton<TimeProvider>(options.ClockNow is { } now ? new FixedClock(now) : TimeProvider.System);
        services.AddSingleton<ServerLifecycle>();
        services.AddSingleton<CallGate>();
        services.AddSingleton<LoadShedding>();
        services.AddHostedService<DrainService>();
        services.AddHostedService<ShedReport>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Listen.Drain);
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.Limits.MessageBytes;
            grpc.EnableDetailedErrors = false;
        });
        services.AddDecisionServer(options);
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.Services.GetRequiredService<DataDirectoryLock>();
        app.Services.GetRequiredService<EarlyRead>();

        // Instruments count from their creation on, and nothing asks for these before the first scrape.
        app.Services.GetRequiredService<MetricCollector>();
        app.Services.GetRequiredService<HostMetrics>();
        app.Services.GetRequiredService<StoreMetrics>();
        app.Services.GetRequiredService<JournalMetrics>();
        app.Services.GetService<FleetMetrics>();
        app.UseRouting();
        app.MapDecisionServer();
        return app;
    }

    private static void ConfigureLogging(ILoggingBuilder logging, LogOptions options)
    {
        logging.SetMinimumLevel(options.Level);

        // Their Information is a line or more for each call.
        logging.AddFilter("Grpc", options.Level <= LogLevel.Debug ? LogLevel.Debug : LogLevel.Error);
        logging.AddFilter("Microsoft", options.Level <= LogLevel.Debug ? LogLevel.Information : LogLevel.Warning);

        // Where it may log at all, an Activity and a logging scope are made for every call: 4 % of a decision's time and half of its garbage.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", options.Level <= LogLevel.Debug ? LogLevel.Information : LogLevel.None);
        if (options.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            logging.AddSimpleConsole(simple =>
            {
                simple.SingleLine = true;
                simple.UseUtcTimestamp = true;
                simple.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
                simple.ColorBehavior = LoggerColorBehavior.Default;
            });
        }
    }
}
