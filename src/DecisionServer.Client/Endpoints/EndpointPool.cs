using System.Diagnostics.CodeAnalysis;
using DecisionServer.Client.Routing;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Client.Endpoints;

/// <summary>All endpoints, and which of them a call goes to.</summary>
internal sealed class EndpointPool : IAsyncDisposable
{
    // A fleet that names more nodes than this is not one.
    private const int Most = 1000;

    private readonly DecisionServerClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private volatile Endpoint[] _endpoints;
    private bool _closed;
    private uint _turn;

    public EndpointPool(DecisionServerClientOptions options, TimeProvider clock, ILogger logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _endpoints = [.. options.Endpoints.DistinctBy(address => address.Authority).Select(address => new Endpoint(address, true, options, clock, logger))];
    }

    public IReadOnlyList<Endpoint> All => _endpoints;

    /// <summary>
    /// Where a call goes: to the node that owns the member, where that is known; else to the one that this member always goes to, as long as it is there
    /// (rendezvous hashing: a node that comes or goes changes the place of its own share of members only); calls of nobody in turn. Those that are stopping,
    /// lost or at rest, and those tried already, come last.
    /// </summary>
    public Endpoint Choose(ulong? member, ShardMap? map, IReadOnlyCollection<Endpoint> tried)
    {
        Endpoint? owner = member is { } hash ? map?.OwnerOf(hash) : null;
        ulong seed = member ?? Interlocked.Increment(ref _turn);
        Endpoint? best = null;
        (int Class, ulong Preference) bestRank = default;
        foreach (Endpoint endpoint in _endpoints)
        {
            if (!endpoint.IsConfigured && endpoint != owner)
            {
                continue;
            }

            int rank = (endpoint.IsUsable ? 2 : 0) + (tried.Contains(endpoint) ? 0 : 1);
            ulong preference = endpoint == owner ? ulong.MaxValue : Mix(seed, endpoint.Hash);
            if (best is null || (rank, preference).CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (endpoint, (rank, preference));
            }
        }

        return best!;
    }

    /// <summary>The endpoint of an address that a node has named; made where it is new. False: it must not be followed there.</summary>
    public bool TryAdd(Uri address, Endpoint teller, [NotNullWhen(true)] out Endpoint? endpoint)
    {
        endpoint = Find(address);
        if (endpoint is not null)
        {
            return true;
        }

        // Nobody is led from an encrypted connection to one that is not.
        if (address.Scheme != teller.Address.Scheme)
        {
            return false;
        }

        lock (_gate)
        {
            endpoint = Find(address);
            if (endpoint is null && !_closed && _endpoints.Length < Most)
            {
                endpoint = new Endpoint(address, false, _options, _clock, _logger);
                _endpoints = [.. _endpoints, endpoint];
            }
        }

        return endpoint is not null;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        await Task.WhenAll(_endpoints.Select(endpoint => endpoint.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private Endpoint? Find(Uri address) => Array.Find(_endpoints, endpoint => endpoint.Address.Authority == address.Authority);

    // The last step of XXH64: every bit of both counts for every bit of the result.
    private static ulong Mix(ulong member, ulong endpoint)
    {
        ulong hash = (member ^ endpoint) * 0xC2B2AE3D27D4EB4F;
        hash = (hash ^ (hash >> 29)) * 0x165667B19E3779F9;
        hash = (hash ^ (hash >> 32)) * 0x9E3779B185EBCA87;
        return hash ^ (hash >> 33);
    }
}
