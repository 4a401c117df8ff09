using System.Threading.Channels;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>
/// One numbered stream of chunks. Chunks are kept until acknowledged, so that a new connection can send them again; the number kept is
/// bounded, and whoever adds waits: that is the backpressure.
/// </summary>
internal sealed class SendLane(string streamId, int window, Action<Chunk, LoadOfferSetsResponse> acknowledged) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Chunk> _chunks = new(window);
    private readonly SemaphoreSlim _room = new(window, window);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _sent;
    private bool _completed;

    public string StreamId => streamId;

    /// <summary>Last chunk that is known to be stored.</summary>
    public ulong Position { get; private set; }

    /// <summary>True: chunks wait for their acknowledgement.</summary>
    public bool IsWaiting
    {
        get
        {
            lock (_lock) return _sent > 0;
        }
    }

    /// <summary>Takes the position that the server told, before the first connection.</summary>
    public void Begin(ulong position) => Position = position;

    /// <summary>Adds a chunk; waits for room.</summary>
    public async ValueTask AddAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock) _chunks.Add(chunk);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>No more chunks come.</summary>
    public void Complete()
    {
        lock (_lock) _completed = true;
        _wake.Writer.TryWrite(true);
    }

    /// <summary>True: what the server has of this stream continues with what is kept here.</summary>
    public bool Continues(ulong position) => position >= Position;

    /// <summary>Sends over one connection until all chunks are acknowledged.</summary>
    /// <exception cref="RpcException">The connection or the load ended.</exception>
    public async Task RunAsync(IngestService.IngestServiceClient client, LoadSession session, CancellationToken cancellationToken)
    {
        lock (_lock) _sent = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = client.LoadOfferSets(cancellationToken: stop.Token);
        var reading = ReadAsync(call.ResponseStream, stop.Token);
        var writing = WriteAsync(call.RequestStream, session, stop.Token);

        // The server's status tells more than the failed write that follows from it, so the reader's failure is the one to report.
        var first = await Task.WhenAny(reading, writing).ConfigureAwait(false);
        if (first == reading || writing.Exception?.InnerException is not (null or RpcException)) await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await reading.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _room.Dispose();

    private async Task WriteAsync(IClientStreamWriter<LoadOfferSetsRequest> requests, LoadSession session, CancellationToken cancellationToken)
    {
        var first = true;
        while (true)
        {
            Chunk? next;
            bool ended;
            lock (_lock)
            {
                next = _sent < _chunks.Count ? _chunks[_sent++] : null;
                ended = _completed;
            }

            if (next is null && ended)
            {
                await requests.CompleteAsync().ConfigureAwait(false);
                return;
            }

            if (next is null)
            {
                await _wake.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            // The message is serialised before WriteAsync returns, and the chunk is not used again before its acknowledgement.
            var request = new LoadOfferSetsRequest { Sequence = next.Sequence, Compact = UnsafeByteOperations.UnsafeWrap(next.Buffer.AsMemory(0, next.Length)) };
            if (first) (request.GenerationId, request.LoadToken, request.StreamId) = (session.GenerationId, session.Token, streamId);
            first = false;
            await requests.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<LoadOfferSetsResponse> responses, CancellationToken cancellationToken)
    {
        while (await responses.MoveNext(cancellationToken).ConfigureAwait(false)) Acknowledge(responses.Current);
        lock (_lock)
        {
            if (!_completed || _chunks.Count > 0) throw new RpcException(new Status(StatusCode.Unavailable, "the server ended the stream early"));
        }
    }

    private void Acknowledge(LoadOfferSetsResponse response)
    {
        Chunk chunk;
        lock (_lock)
        {
            if (_sent == 0 || _chunks[0].Sequence != response.Sequence)
                throw new RpcException(new Status(StatusCode.DataLoss, $"chunk {response.Sequence} of stream '{streamId}' was acknowledged out of turn"));
            chunk = _chunks[0];
            _chunks.RemoveAt(0);
            _sent--;
            Position = chunk.Sequence;
        }

        acknowledged(chunk, response);
        _room.Release();
    }
}
