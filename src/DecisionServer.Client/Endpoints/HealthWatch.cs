using DecisionServer.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Logging;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace DecisionServer.Client.Endpoints;

/// <summary>Keeps the health service's stream of one endpoint open: a server that stops says so before it does, one that dies ends the stream.</summary>
internal sealed class HealthWatch : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Endpoint _endpoint;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public HealthWatch(Endpoint endpoint, TimeProvider clock, ILogger logger)
    {
        (_endpoint, _clock, _logger) = (endpoint, clock, logger);
        _running = Task.Run(Run);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Run()
    {
        TimeSpan pause = FirstPause;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    if (await Watch().ConfigureAwait(false))
                    {
                        pause = FirstPause;
                    }

                    Become(EndpointState.NotServing, "its health service ended the watch");
                }
                catch (RpcException failure) when (failure.StatusCode == StatusCode.Unimplemented)
                {
                    // No health service: calls will show.
                    Become(EndpointState.Unknown, "");
                    return;
                }
                catch (RpcException failure) when (!_stop.IsCancellationRequested)
                {
                    Become(EndpointState.Lost, failure.Status.Detail);
                }

                await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(false);
                pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2));
            }
        }
        catch (Exception ending) when (ending is OperationCanceledException or RpcException)
        {
            // The client is closed.
        }
    }

    // Whether it said anything.
    private async Task<bool> Watch()
    {
        using AsyncServerStreamingCall<HealthCheckResponse> call = new Health.HealthClient(_endpoint.Invoker).Watch(
            new HealthCheckRequest { Service = DecisionService.Descriptor.FullName }, cancellationToken: _stop.Token);
        bool said = false;
        while (await call.ResponseStream.MoveNext(_stop.Token).ConfigureAwait(false))
        {
            said = true;
            bool serves = call.ResponseStream.Current.Status == ServingStatus.Serving;
            Become(serves ? EndpointState.Serving : EndpointState.NotServing, "");
        }

        return said;
    }

    private void Become(EndpointState state, string reason)
    {
        EndpointState before = _endpoint.State;
        _endpoint.State = state;
        if (before == state)
        {
            return;
        }

        switch (state)
        {
            case EndpointState.Serving:
                Log.Serves(_logger, _endpoint.Address);
                break;
            case EndpointState.NotServing when before != EndpointState.Lost:
                Log.ServesNot(_logger, _endpoint.Address);
                break;
            case EndpointState.Lost:
                Log.Lost(_logger, _endpoint.Address, reason);
                break;
        }
    }
}
