using DecisionServer.Hosting;
using DecisionServer.Options;
using DecisionServer.Services;
using DecisionServer.V1;

namespace DecisionServer;

/// <summary>
/// What the server consists of: the parts behind the services, and the services. Each service is one class in Services/,
/// registered here by one line in each of the two methods.
/// </summary>
public static class ServiceRegistration
{
    /// <summary>Registers the parts that the gRPC services call. Services themselves are singletons: they hold no state of a call.</summary>
    public static IServiceCollection AddDecisionServer(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<MemberGrpcService>();
        return services;
    }

    /// <summary>Maps every gRPC service of the contract.</summary>
    public static IEndpointRouteBuilder MapDecisionServer(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapContractService<MemberGrpcService>(MemberService.BindService);
        return endpoints;
    }
}
