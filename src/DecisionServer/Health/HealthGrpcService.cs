using DecisionServer.Hosting;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace DecisionServer.Health;

/// <summary>The standard health service: "" for the server, and each service by its full name.</summary>
internal sealed class HealthGrpcService : Grpc.Health.V1.Health.HealthBase
{
    /// <summary>Watches at most; each holds a stream, and they are exempt from the limit of streams.</summary>
    private const int MaxWatches = 1000;

    private readonly Readiness _readiness;
    private readonly ServerLifecycle _lifecycle;
    private readonly Dictionary<string, Func<bool>> _services = new(StringComparer.Ordinal);
    private int _watches;

    /// <summary>Creates the service over the server's readiness.</summary>
    public HealthGrpcService(Readiness readiness, ServerLifecycle lifecycle)
    {
        _readiness = readiness;
        _lifecycle = lifecycle;
        _services[""] = () => readiness.Serving;
        foreach (Google.Protobuf.Reflection.ServiceDescriptor service in ServiceRegistration.Services)
            _services[service.FullName] = () => readiness.Serving;
        _services[DecisionService.Descriptor.FullName] = () => readiness.Deciding;
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        ServingStatus status = StatusOf(request.Service);
        return status == ServingStatus.ServiceUnknown
            ? throw Errors.NotFound($"service: there is no service \"{request.Service}\"")
            : Task.FromResult(new HealthCheckResponse { Status = status });
    }

    /// <inheritdoc/>
    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var response = new HealthListResponse();
        foreach (string service in _services.Keys)
            response.Statuses[service] = new HealthCheckResponse { Status = StatusOf(service) };
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (Interlocked.Increment(ref _watches) > MaxWatches)
        {
            Interlocked.Decrement(ref _watches);
            throw Errors.ResourceExhausted($"{MaxWatches} watches are open already", TimeSpan.FromSeconds(10));
        }

        try
        {
            await Watch(request.Service, responseStream, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
        }
    }

    private async Task Watch(string service, IServerStreamWriter<HealthCheckResponse> responses, CancellationToken cancelled)
    {
        ServingStatus? last = null;
        while (true)
        {
            // 1. Take the signal, then read: a change in between is seen by the one or the other.
            Task changed = _readiness.Changed;
            ServingStatus now = StatusOf(service);

            // 2. Say what is new.
            if (now != last)
                await responses.WriteAsync(new HealthCheckResponse { Status = now }, cancelled);
            last = now;

            // 3. A draining server has said its last word; an open watch would only keep it from stopping.
            if (_lifecycle.Phase == ServerPhase.Draining)
                return;
            await changed.WaitAsync(cancelled);
        }
    }

    private ServingStatus StatusOf(string service) =>
        !_services.TryGetValue(service, out Func<bool>? serves) ? ServingStatus.ServiceUnknown
        : serves() ? ServingStatus.Serving
        : ServingStatus.NotServing;
}
