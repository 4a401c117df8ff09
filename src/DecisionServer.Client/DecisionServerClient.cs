using DecisionServer.Client.Calling;
using DecisionServer.Client.Endpoints;
using DecisionServer.Client.Routing;
using DecisionServer.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Client;

/// <summary>
/// Calls a DecisionServer, or a fleet of them: one channel for each endpoint, deadlines, attempts again where that is safe, members to the node that is theirs.
/// One for the whole process; every member may be used from any thread.
/// </summary>
public sealed class DecisionServerClient : IAsyncDisposable
{
    private readonly EndpointPool _pool;
    private readonly FleetWatch? _fleet;

    /// <summary>Makes a client. Nothing is connected before the first call, health is watched at once.</summary>
    /// <param name="options">Options, read once.</param>
    /// <param name="clock">Null: the system's.</param>
    /// <param name="logs">Null: nothing is logged.</param>
    /// <exception cref="ArgumentException">The options are at fault; the message names all faults.</exception>
    public DecisionServerClient(DecisionServerClientOptions options, TimeProvider? clock = null, ILoggerFactory? logs = null)
    {
        string[] faults = [.. OptionsValidator.Faults(options)];
        if (faults.Length > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        clock ??= TimeProvider.System;
        ILogger logger = (logs ?? NullLoggerFactory.Instance).CreateLogger<DecisionServerClient>();
        _pool = new EndpointPool(options, clock, logger);
        _fleet = options.FollowFleet ? new FleetWatch(_pool, options, clock, logger) : null;
        Invoker = new RoutedInvoker(options, _pool, _fleet, Statistics, clock);
        Decisions = new DecisionService.DecisionServiceClient(Invoker);
        Members = new MemberService.MemberServiceClient(Invoker);
        Availability = new AvailabilityService.AvailabilityServiceClient(Invoker);
        Catalog = new CatalogService.CatalogServiceClient(Invoker);
    }

    /// <summary>Next best offers and search rankings.</summary>
    public DecisionService.DecisionServiceClient Decisions { get; }

    /// <summary>What members do.</summary>
    public MemberService.MemberServiceClient Members { get; }

    /// <summary>Live availability.</summary>
    public AvailabilityService.AvailabilityServiceClient Availability { get; }

    /// <summary>Offers, placements, ladder lists.</summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>For the generated client of any other service.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>What it has done so far.</summary>
    public ClientStatistics Statistics { get; } = new();

    internal EndpointPool Pool => _pool;

    internal ShardMap? Map => _fleet?.Map;

    /// <summary>Closes all connections; calls under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync().ConfigureAwait(false);
        }

        await _pool.DisposeAsync().ConfigureAwait(false);
    }
}
