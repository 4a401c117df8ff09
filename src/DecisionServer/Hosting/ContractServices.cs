using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace DecisionServer.Hosting;

/// <summary>Maps gRPC services, with what every service of this server shares.</summary>
public static class ContractServices
{
    /// <summary>
    /// Maps a service of the contract: its messages are read by <see cref="CheckedBinder"/>, its calls count against the limits.
    /// </summary>
    /// <typeparam name="TService">The service class, registered as a singleton.</typeparam>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="bind">The generated <c>BindService</c>.</param>
    public static IEndpointRouteBuilder MapContractService<TService>(
        this IEndpointRouteBuilder endpoints, Action<ServiceBinderBase, TService> bind)
        where TService : class
    {
        var shedding = endpoints.ServiceProvider.GetRequiredService<LoadShedding>();
        Map(endpoints, bind).Add(endpoint =>
        {
            // The server also maps an endpoint for methods that do not exist.
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is { } method)
                endpoint.RequestDelegate = shedding.Guard(endpoint.RequestDelegate!, method.Method.FullName, method.Method.Type != MethodType.Unary);
        });
        return endpoints;
    }

    /// <summary>Maps a standard service (health, reflection), which answers under overload, too.</summary>
    /// <typeparam name="TService">The service class, registered as a singleton.</typeparam>
    /// <param name="endpoints">Where to map it.</param>
    /// <param name="bind">The generated <c>BindService</c>.</param>
    public static IEndpointRouteBuilder MapStandardService<TService>(
        this IEndpointRouteBuilder endpoints, Action<ServiceBinderBase, TService> bind)
        where TService : class
    {
        Map(endpoints, bind);
        return endpoints;
    }

    private static GrpcServiceEndpointConventionBuilder Map<TService>(IEndpointRouteBuilder endpoints, Action<ServiceBinderBase, TService> bind)
        where TService : class
    {
        var binder = new CheckedBinder();
        bind(binder, endpoints.ServiceProvider.GetRequiredService<TService>());
        return endpoints.MapGrpcService(binder.Build());
    }
}
