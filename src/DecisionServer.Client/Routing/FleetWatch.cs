using DecisionServer.Client.Endpoints;
using DecisionServer.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Client.Routing;

/// <summary>Asks the fleet from time to time, and whenever a call was sent on, which node owns which members.</summary>
internal sealed class FleetWatch : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    private readonly EndpointPool _pool;
    private readonly DecisionServerClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly Task _running;
    private volatile ShardMap? _map;

    public FleetWatch(EndpointPool pool, DecisionServerClientOptions options, TimeProvider clock, ILogger logger)
    {
        (_pool, _options, _clock, _logger) = (pool, options, clock, logger);
        _running = Task.Run(Run);
    }

    /// <summary>Who owns whom; null: the fleet is not sharded, or that is not known.</summary>
    public ShardMap? Map => _map;

    /// <summary>Asks soon.</summary>
    public void Ask()
    {
        try
        {
            _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is going to.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
        _asked.Dispose();
    }

    private async Task Run()
    {
        try
        {
            while (true)
            {
                await Refresh().ConfigureAwait(false);
                if (await _asked.WaitAsync(_options.FleetInterval, _stop.Token).ConfigureAwait(false))
                {
                    // Many calls are sent on at once when shards move.
                    await Task.Delay(Settling, _clock, _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client is closed.
        }
    }

    private async Task Refresh()
    {
        Endpoint endpoint = _pool.Choose(null, null, []);
        try
        {
            GetFleetResponse fleet = await new FleetService.FleetServiceClient(endpoint.Invoker)
                .GetFleetAsync(new GetFleetRequest(), deadline: _clock.GetUtcNow().UtcDateTime + Patience, cancellationToken: _stop.Token).ConfigureAwait(false);
            int before = _map?.Shards ?? 0;
            _map = fleet.ShardCount > 0 ? Read(fleet, endpoint) : null;
            if (fleet.ShardCount != before)
            {
                Log.Sharded(_logger, fleet.ShardCount, fleet.Nodes.Count);
            }
        }
        catch (RpcException failure)
        {
            // Where nobody answers this, members go where they went before.
            Log.FleetUnknown(_logger, failure.Status.Detail);
        }
    }

    private ShardMap Read(GetFleetResponse fleet, Endpoint teller)
    {
        var owners = new Endpoint?[fleet.ShardCount];
        foreach (FleetNode node in fleet.Nodes.Where(node => node.State != NodeState.Lost))
        {
            if (!Uri.TryCreate(node.Address, UriKind.Absolute, out Uri? address) || !_pool.TryAdd(address, teller, out Endpoint? endpoint))
            {
                continue;
            }

            foreach (int shard in node.Shards.Where(shard => shard >= 0 && shard < owners.Length))
            {
                owners[shard] = endpoint;
            }
        }

        return new ShardMap(owners);
    }
}
