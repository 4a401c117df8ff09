using DecisionServer.Client.Routing;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Client.Endpoints;

/// <summary>What is known of an endpoint.</summary>
internal enum EndpointState
{
    /// <summary>Nothing yet, or it has no health service: calls may go there.</summary>
    Unknown,

    /// <summary>It says that it serves.</summary>
    Serving,

    /// <summary>It says that it does not, or is stopping.</summary>
    NotServing,

    /// <summary>It cannot be reached.</summary>
    Lost,
}

/// <summary>One address with its channel, which opens further connections by itself, and what is known of it.</summary>
internal sealed class Endpoint : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly TimeProvider _clock;
    private readonly HealthWatch? _health;
    private volatile EndpointState _state;
    private long _restsUntil = long.MinValue;

    public Endpoint(Uri address, bool isConfigured, DecisionServerClientOptions options, TimeProvider clock, ILogger logger)
    {
        (Address, IsConfigured, _clock) = (address, isConfigured, clock);
        Hash = MemberHash.Of(address.AbsoluteUri)!.Value;
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        };
        options.ConfigureHandler?.Invoke(handler);
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        Invoker = _channel.CreateCallInvoker();
        _health = options.WatchHealth ? new HealthWatch(this, clock, logger) : null;
    }

    public Uri Address { get; }

    /// <summary>Named by the options, rather than by the fleet: that one is called for members it owns only.</summary>
    public bool IsConfigured { get; }

    public ulong Hash { get; }

    public CallInvoker Invoker { get; }

    public EndpointState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Whether calls should go there.</summary>
    public bool IsUsable => State is EndpointState.Unknown or EndpointState.Serving && _clock.GetTimestamp() >= Volatile.Read(ref _restsUntil);

    /// <summary>Lets calls go elsewhere for a while, where there is an elsewhere.</summary>
    public void Rest(TimeSpan time) => Volatile.Write(ref _restsUntil, _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency));

    public async ValueTask DisposeAsync()
    {
        if (_health is not null)
        {
            await _health.DisposeAsync().ConfigureAwait(false);
        }

        _channel.Dispose();
    }
}
