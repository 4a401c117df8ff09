namespace DecisionServer.Fleet.Segments;

/// <summary>Registers what brings generations from node to node.</summary>
public static class TransferRegistration
{
    /// <summary>Adds the handing on (FetchGeneration) and the fetching (<see cref="GenerationPull"/>).</summary>
    public static IServiceCollection AddGenerationTransfer(this IServiceCollection services, TransferOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<GenerationHandout>();
        services.AddSingleton<PeerChannels>();
        services.AddSingleton<GenerationPull>();
        services.AddSingleton<GenerationSharing>();
        services.AddSingleton<FleetGrpcService>();
        return services;
    }
}
