using DecisionServer.Engine;
using DecisionServer.Fleet;
using DecisionServer.Fleet.Segments;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Health;
using DecisionServer.Hosting;
using DecisionServer.Journal;
using DecisionServer.Metrics;
using DecisionServer.Options;
using DecisionServer.Reflection;
using DecisionServer.Services;
using DecisionServer.Services.Decisions;
using DecisionServer.Services.Journaling;
using DecisionServer.Services.Members;
using DecisionServer.Store;
using DecisionServer.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace DecisionServer;

/// <summary>
/// What the server consists of: the parts behind the services, and the services. Each service is one class in Services/,
/// with one line in each of the three members here.
/// </summary>
public static class ServiceRegistration
{
    /// <summary>Every service that is mapped, as reflection and health tell of them.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        IngestService.Descriptor,
        DecisionService.Descriptor,
        AvailabilityService.Descriptor,
        CatalogService.Descriptor,
        MemberService.Descriptor,
        AdminService.Descriptor,
        FleetService.Descriptor,
        Grpc.Health.V1.Health.Descriptor,
        Grpc.Reflection.V1.ServerReflection.Descriptor,
        Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
    ];

    /// <summary>Registers the gRPC services and the parts they call. Services are singletons: they hold no state of a call.</summary>
    public static IServiceCollection AddDecisionServer(this IServiceCollection services, ServerOptions options)
    {
        services.AddStore(options);
        services.AddJournal(options);
        services.AddFleet(options);
        services.AddSingleton<IngestLoads>();
        services.AddSingleton<IngestGrpcService>();
        services.AddSingleton(new EngineOptions());
        services.AddSingleton<DecisionEngine>();
        services.AddSingleton<DecisionGrpcService>();
        services.AddSingleton<DecisionWarmUp>();
        services.AddSingleton<TruthWriter>();
        services.AddSingleton<OfferWriter>();
        services.AddSingleton<AdminGrpcService>();
        services.AddSingleton<AvailabilityGrpcService>();
        services.AddSingleton<CatalogGrpcService>();
        services.AddMembers(options);
        services.AddGenerationTransfer(new TransferOptions { SharedDirectory = options.Fleet.SharedDirectory });

        services.AddSingleton<ICurrentGeneration, ServingGeneration>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<ReadinessMonitor>();
        services.AddSingleton<HealthGrpcService>();
        services.AddSingleton<ReflectionGrpcService>();
        services.AddSingleton<ReflectionAlphaGrpcService>();

        services.AddMetrics();
        services.AddSingleton<MetricCollector>();
        services.AddSingleton<DecisionMetrics>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton<StoreMetrics>();
        services.AddSingleton<JournalMetrics>();
        services.AddHostedService<OtlpExport>();
        return services;
    }

    private static void AddMembers(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options.Members);
        services.AddSingleton<MemberFollower>();
        services.AddSingleton(provider => new MemberWriter(
            provider.GetRequiredService<Serving>(), provider.GetRequiredService<ErasureLog>(), options.Members,
            options.IsFleet ? provider.GetRequiredService<MemberFollower>() : null));
        services.AddSingleton<ImpressionFlusher>();
        services.AddHostedService(provider => provider.GetRequiredService<ImpressionFlusher>());
        services.AddSingleton(provider => new CapRuleCalls(provider.GetRequiredService<MemberWriter>(), provider.GetRequiredService<IJournal>()));
        services.AddSingleton(provider => new MemberGrpcService(
            provider.GetRequiredService<MemberWriter>(), provider.GetRequiredService<IJournal>(), provider.GetRequiredService<ImpressionFlusher>(),
            provider.GetRequiredService<GenerationRegistry>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ShardGate>()));
    }

    /// <summary>Where generations lie and what they may take.</summary>
    public static StoreOptions StoreOptionsOf(ServerOptions options) => new()
    {
        Directory = Path.Combine(options.DataDirectory, "generations"),
        MaxGenerationBytes = options.Limits.GenerationMebibytes * (1L << 20),
        MaxTotalBytes = options.Limits.MemoryMebibytes * (1L << 20),
    };

    private static void AddStore(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(new AvailabilityOptions { MaxRows = options.Limits.AvailabilityRows });
        services.AddSingleton<AvailabilityStore>();
        services.AddSingleton(new MemberServing(
            new MemberStoreOptions { MaxBytes = options.Limits.MemberMebibytes * (1L << 20) }, new CapCalendar(options.TimeZone)));
        services.AddSingleton(provider => new Serving(provider.GetRequiredService<AvailabilityStore>(), provider.GetRequiredService<MemberServing>()));
        services.AddSingleton<ErasureLog>();
        services.AddSingleton<GenerationRegistry>();
        services.AddSingleton<IJournalVisitor, ServingReplay>();
        services.AddHostedService<RecoveryService>();
    }

    private static void AddJournal(this IServiceCollection services, ServerOptions options)
    {
        if (!options.IsFleet)
        {
            services.AddSingleton(new JournalOptions
            {
                Directory = Path.Combine(options.DataDirectory, "journal"),
                AnswersKept = options.Members.AnswersKept,
                ErasurePurge = options.Members.ErasurePurge,
                ReserveBytes = options.JournalReserveMebibytes * (1L << 20),
                CheckpointBytes = options.JournalCheckpointKibibytes * 1024L,
            });
            services.AddSingleton<IJournal, SqliteJournal>();
            return;
        }

        services.AddSingleton(options.Postgres);
        services.AddSingleton<PostgresJournal>();
        services.AddSingleton<ISharedJournal>(static provider => provider.GetRequiredService<PostgresJournal>());
        services.AddSingleton<IJournal>(static provider => provider.GetRequiredService<PostgresJournal>());
    }

    /// <summary>Maps every service of the contract, the standard services, and what the HTTP listener answers.</summary>
    public static IEndpointRouteBuilder MapDecisionServer(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapContractService<IngestGrpcService>(IngestService.BindService);
        endpoints.MapContractService<DecisionGrpcService>(DecisionBinding.Bind);
        endpoints.MapContractService<AvailabilityGrpcService>(AvailabilityService.BindService);
        endpoints.MapContractService<CatalogGrpcService>(CatalogService.BindService);
        endpoints.MapContractService<MemberGrpcService>(MemberService.BindService);
        endpoints.MapContractService<AdminGrpcService>(AdminService.BindService);
        endpoints.MapContractService<FleetGrpcService>(FleetService.BindService);

        endpoints.MapStandardService<HealthGrpcService>(Grpc.Health.V1.Health.BindService);
        endpoints.MapStandardService<ReflectionGrpcService>(Grpc.Reflection.V1.ServerReflection.BindService);
        endpoints.MapStandardService<ReflectionAlphaGrpcService>(Grpc.Reflection.V1Alpha.ServerReflection.BindService);
        endpoints.MapHttpEndpoints();
        return endpoints;
    }
}
