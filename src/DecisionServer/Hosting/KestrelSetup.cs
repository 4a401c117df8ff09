using System.Net;
using DecisionServer.Options;
using DecisionServer.Options.Rules;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace DecisionServer.Hosting;

/// <summary>The two listeners and what a connection can make them hold.</summary>
internal sealed class KestrelSetup(ServerOptions options)
{
    private ListenOptions? _grpc;
    private ListenOptions? _http;

    /// <summary>Address of the gRPC listener; with its real port once it listens.</summary>
    public Uri GrpcAddress => Actual(options.Listen.Grpc, _grpc);

    /// <summary>Address of the HTTP/1.1 listener; with its real port once it listens.</summary>
    public Uri HttpAddress => Actual(options.Listen.Http, _http);

    public void Configure(KestrelServerOptions kestrel)
    {
        LimitOptions limits = options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);

        Http2Limits http2 = kestrel.Limits.Http2;

        // 100 by default: so many streams of a connection the server keeps for the next calls. Those beyond are made anew, which costs a decision a
        // quarter more time and a refusal twice its time, just when there is none.
        http2.MaxStreamsPerConnection = limits.StreamsPerConnection;
        http2.MaxRequestHeaderFieldSize = 16 * 1024;

        // A client that vanished without a word holds a connection and its streams for at most this long.
        http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        // A loader sends chunks of up to 4 MiB over one stream; the default window (768 KiB) makes it wait for every fifth of a chunk.
        http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
        http2.InitialStreamWindowSize = 4 * 1024 * 1024;

        Listen(kestrel, options.Listen.Grpc, HttpProtocols.Http2, listener => _grpc = listener);
        Listen(kestrel, options.Listen.Http, HttpProtocols.Http1, listener => _http = listener);
    }

    private void Listen(KestrelServerOptions kestrel, Uri address, HttpProtocols protocols, Action<ListenOptions> keep) =>
        kestrel.Listen(AddressRule.Resolve(address)!, address.Port, listener =>
        {
            listener.Protocols = protocols;
            if (address.Scheme == "https")
                listener.UseHttps(options.Listen.Certificate!);
            keep(listener);
        });

    private static Uri Actual(Uri wanted, ListenOptions? listener) =>
        listener?.EndPoint is IPEndPoint { Port: > 0 } bound ? new UriBuilder(wanted) { Port = bound.Port }.Uri : wanted;
}
