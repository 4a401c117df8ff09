using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DecisionServer.Loader;

/// <summary>The server behind --server.</summary>
internal sealed class Server : IDisposable
{
    public const string DefaultAddress = "http://127.0.0.1:7070";

    // Beyond this a call has hung, not worked. Sealing the largest week on record reads 7 GB again.
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SealDeadline = TimeSpan.FromMinutes(30);

    private readonly GrpcChannel _channel;
    private readonly TimeProvider _clock;

    public Server(string address, TimeProvider clock)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new UsageException($"--server: '{address}' is not an address like {DefaultAddress}");
        Address = address;
        _clock = clock;
        _channel = GrpcChannel.ForAddress(uri, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                // Long, since this process gives way to all others: what was answered in time may be noticed late.
                ConnectTimeout = TimeSpan.FromSeconds(30),
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(10),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            },
            DisposeHttpClient = true,
        });
        Ingest = new IngestService.IngestServiceClient(_channel);
        Catalog = new CatalogService.CatalogServiceClient(_channel);
        Fleet = new FleetService.FleetServiceClient(_channel);
    }

    public string Address { get; }

    public IngestService.IngestServiceClient Ingest { get; }

    public CatalogService.CatalogServiceClient Catalog { get; }

    public FleetService.FleetServiceClient Fleet { get; }

    /// <summary>Options of an ordinary call.</summary>
    public CallOptions Options(CancellationToken cancellationToken) => Options(CallDeadline, cancellationToken);

    /// <summary>Options of a call that reads a whole generation.</summary>
    public CallOptions LongOptions(CancellationToken cancellationToken) => Options(SealDeadline, cancellationToken);

    /// <summary>For one sequence of attempts.</summary>
    public Retry Retry(TimeSpan patience) => new(_clock, patience);

    /// <summary>Makes one call, once.</summary>
    /// <exception cref="ServerException">It failed.</exception>
    public Task<T> CallAsync<T>(string what, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
        => CallOnceAsync(what, CallDeadline, call, cancellationToken);

    /// <summary>Makes one call that may have to read a whole generation, once.</summary>
    /// <exception cref="ServerException">It failed.</exception>
    public Task<T> CallLongAsync<T>(string what, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
        => CallOnceAsync(what, SealDeadline, call, cancellationToken);

    /// <summary>Makes a call that can be repeated without harm, again and again while that makes sense.</summary>
    /// <exception cref="ServerException">It was refused, or patience is at an end.</exception>
    public async Task<T> CallAsync<T>(string what, TimeSpan patience, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        var retry = Retry(patience);
        while (true)
        {
            try
            {
                return await call(Options(cancellationToken)).ConfigureAwait(false);
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Transient.IsWorthRetrying(failure) || !await retry.WaitAsync(cancellationToken).ConfigureAwait(false))
                    throw ServerException.Of(what, failure);
            }
        }
    }

    public void Dispose() => _channel.Dispose();

    private async Task<T> CallOnceAsync<T>(string what, TimeSpan within, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(Options(within, cancellationToken)).ConfigureAwait(false);
        }
        catch (RpcException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ServerException.Of(what, failure);
        }
    }

    private CallOptions Options(TimeSpan within, CancellationToken cancellationToken)
        => new(deadline: (_clock.GetUtcNow() + within).UtcDateTime, cancellationToken: cancellationToken);
}
