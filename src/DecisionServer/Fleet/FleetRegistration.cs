using DecisionServer.Fanout;
using DecisionServer.Fleet.Puts;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Journal;
using DecisionServer.Metrics;
using DecisionServer.Options;
using DecisionServer.Services.Journaling;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>How a server keeps together with others, or that it is alone.</summary>
internal static class FleetRegistration
{
    /// <summary>Registers it. A server that is alone has nothing to follow, and its lease never ends.</summary>
    public static IServiceCollection AddFleet(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options.Fleet);
        services.AddSingleton<ServingLease>();
        services.AddSingleton<FleetFacts>();
        services.AddSingleton<PutPlaces>();
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<FleetStatus>();
        services.AddSingleton<FleetDigest>();
        services.AddSingleton<ShardGate>();
        if (!options.IsFleet)
        {
            services.AddSingleton<IGenerationLifecycle, LocalLifecycle>();
            return services;
        }

        services.AddSingleton<IChangeVisitor, ServingFollower>();
        services.AddSingleton<FleetHealth>();
        services.AddSingleton<TruthClock>();
        services.AddSingleton<TruthOpened>();
        services.AddSingleton<NodeDirectory>();
        services.AddSingleton<FleetJoining>();
        services.AddHosted<GenerationCleaner>();
        services.AddSingleton<IGenerationLifecycle, FleetLifecycle>();
        services.AddSingleton<FleetMetrics>();
        services.AddHosted<Heartbeat>();
        services.AddHosted<GenerationFetcher>();
        services.AddHosted<PublishFollower>();
        services.AddSingleton<PutInbox>();
        services.AddHosted<PutFollower>();
        services.AddSingleton<IGenerationPuts, FleetPuts>();
        if (options.Fleet.Shards > 0)
        {
            services.AddSingleton<ShardOwnership>();
            services.AddSingleton<ShardAbsence>();
            services.AddHosted<ShardKeeper>();
        }

        if (options.Redis is { } redis)
        {
            services.AddSingleton(new NewsFeedOptions { Redis = redis, KeyPrefix = options.Fleet.Prefix });
            services.AddSingleton<INewsFeed, RedisNewsFeed>();
            services.AddHosted<NewsAnnouncer>();
            services.AddHosted<NewsReader>();
        }

        return services;
    }

    private static void AddHosted<T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(static provider => provider.GetRequiredService<T>());
    }
}
