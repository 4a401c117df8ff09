using DecisionServer.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DecisionServer.Client;

/// <summary>Registration with dependency injection.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="DecisionServerClient"/> and, over it, the generated clients of all services (<c>DecisionService.DecisionServiceClient</c> and so on), as
    /// singletons. Options that are at fault are all named when the first of them is asked for.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="configure">Sets the options; endpoints at least.</param>
    public static IServiceCollection AddDecisionServerClient(this IServiceCollection services, Action<DecisionServerClientOptions> configure)
    {
        services.AddOptions<DecisionServerClientOptions>().Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DecisionServerClientOptions>, OptionsValidator>());
        services.TryAddSingleton(provider => new DecisionServerClient(
            provider.GetRequiredService<IOptions<DecisionServerClientOptions>>().Value,
            provider.GetService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()));
        Add(services, client => new DecisionService.DecisionServiceClient(client.Invoker));
        Add(services, client => new AvailabilityService.AvailabilityServiceClient(client.Invoker));
        Add(services, client => new CatalogService.CatalogServiceClient(client.Invoker));
        Add(services, client => new MemberService.MemberServiceClient(client.Invoker));
        Add(services, client => new IngestService.IngestServiceClient(client.Invoker));
        Add(services, client => new AdminService.AdminServiceClient(client.Invoker));
        Add(services, client => new FleetService.FleetServiceClient(client.Invoker));
        return services;
    }

    private static void Add<TClient>(IServiceCollection services, Func<DecisionServerClient, TClient> make)
        where TClient : class =>
        services.TryAddSingleton(provider => make(provider.GetRequiredService<DecisionServerClient>()));
}
