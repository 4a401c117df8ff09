using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace DecisionServer.Hosting;

/// <summary>
/// The web server with <see cref="LoadShedding"/> in front of the application: what is refused for its wait gets neither a context nor a route.
/// </summary>
/// <param name="inner">The web server.</param>
/// <param name="shedding">Says what is refused.</param>
internal sealed class SheddingServer(IServer inner, LoadShedding shedding) : IServer
{
    public IFeatureCollection Features => inner.Features;

    /// <summary>Puts it before the server that is registered.</summary>
    /// <param name="services">What the host is made of.</param>
    public static void Register(IServiceCollection services)
    {
        ServiceDescriptor server = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(server);
        services.AddSingleton<IServer>(provider => new SheddingServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, server.ImplementationType!), provider.GetRequiredService<LoadShedding>()));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull =>
        inner.StartAsync(new Application<TContext>(application, shedding), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public void Dispose() => inner.Dispose();

    /// <summary>The application, for requests that are not refused. A refused one has no context.</summary>
    private sealed class Application<TContext>(IHttpApplication<TContext> application, LoadShedding shedding) : IHttpApplication<TContext>
        where TContext : notnull
    {
        public TContext CreateContext(IFeatureCollection contextFeatures) =>
            shedding.Refuses(contextFeatures) ? default! : application.CreateContext(contextFeatures);

        public Task ProcessRequestAsync(TContext context) => context is null ? Task.CompletedTask : application.ProcessRequestAsync(context);

        public void DisposeContext(TContext context, Exception? exception)
        {
            if (context is not null)
                application.DisposeContext(context, exception);
        }
    }
}
