using System.Collections.Concurrent;
using Grpc.Net.Client;

namespace DecisionServer.Fleet.Segments;

/// <summary>A channel to each other node, opened when it is first asked.</summary>
public sealed class PeerChannels : IDisposable
{
    private readonly ConcurrentDictionary<Uri, Lazy<GrpcChannel>> _channels = new();

    /// <summary>The channel to a node.</summary>
    public GrpcChannel To(Uri address) => _channels.GetOrAdd(address, static address => new Lazy<GrpcChannel>(() => Open(address))).Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<GrpcChannel> channel in _channels.Values)
        {
            channel.Value.Dispose();
        }
    }

    private static GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            InitialHttp2StreamWindowSize = 4 << 20,
        },
    });
}
