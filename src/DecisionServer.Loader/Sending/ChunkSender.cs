using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>
/// Sends chunks over several streams, chunk k over stream k mod n, and takes a cut connection up again: begin with resume, then every
/// chunk that was not acknowledged once more.
/// </summary>
internal sealed class ChunkSender : IDisposable
{
    private readonly Server _server;
    private readonly SendOptions _options;
    private readonly LoadLedger _ledger;
    private readonly ChunkPool _pool;
    private readonly Func<CancellationToken, Task<LoadSession>> _resume;
    private readonly TimeProvider _clock;
    private readonly Action<string> _say;
    private readonly SendLane[] _lanes;
    private readonly Retry _retry;
    private long _lastAcknowledged;

    /// <param name="server">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="ledger">Told of every acknowledgement.</param>
    /// <param name="pool">Gets acknowledged chunks back.</param>
    /// <param name="resume">Takes the load up again after a cut.</param>
    /// <param name="clock">Time.</param>
    /// <param name="say">Told of cuts and resumptions.</param>
    public ChunkSender(Server server, SendOptions options, LoadLedger ledger, ChunkPool pool, Func<CancellationToken, Task<LoadSession>> resume, TimeProvider clock, Action<string> say)
    {
        (_server, _options, _ledger, _pool, _resume, _clock, _say) = (server, options, ledger, pool, resume, clock, say);
        _retry = server.Retry(options.Patience);
        _lanes = [.. Enumerable.Range(0, options.Parallel).Select(lane => new SendLane(SendOptions.StreamId(lane), SendOptions.Window, Acknowledged))];
    }

    /// <summary>Hands a chunk over; waits while too many are under way. A chunk that the server has already is passed over.</summary>
    public async ValueTask SendAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var lane = _lanes[chunk.Number % _lanes.Length];
        chunk.Sequence = (ulong)(chunk.Number / _lanes.Length) + 1;
        if (chunk.Sequence <= lane.Position)
        {
            _ledger.Skip(chunk);
            _pool.Return(chunk);
            return;
        }

        await lane.AddAsync(chunk, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No more chunks come; <see cref="RunAsync"/> ends once all are acknowledged.</summary>
    public void Complete()
    {
        foreach (var lane in _lanes) lane.Complete();
    }

    /// <summary>Takes the positions that the server told. Before the first chunk.</summary>
    public void Begin(LoadSession session)
    {
        foreach (var lane in _lanes) lane.Begin(session.Position(lane.StreamId));
    }

    /// <summary>Sends until all chunks are acknowledged, over as many connections as it takes.</summary>
    /// <exception cref="ServerException">Refused, or patience is at an end.</exception>
    /// <exception cref="RewindException">The server has lost chunks that are not kept here any more.</exception>
    public async Task RunAsync(LoadSession session, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RunOnceAsync(session, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Transient.IsWorthRetrying(failure)) throw ServerException.Of("loading offer sets", failure);
                _say($"connection lost: {Transient.Reason(failure)}; trying again");
                if (!await _retry.WaitAsync(cancellationToken).ConfigureAwait(false)) throw ServerException.Of("loading offer sets", failure);
            }

            session = await _resume(cancellationToken).ConfigureAwait(false);
            if (!session.OffersLoaded || _lanes.Any(lane => !lane.Continues(session.Position(lane.StreamId)))) throw new RewindException();
            _say("connection resumed");
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Dispose();
    }

    private async Task RunOnceAsync(LoadSession session, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Volatile.Write(ref _lastAcknowledged, _clock.GetTimestamp());
        await using var watchdog = _clock.CreateTimer(_ => StopIfHung(stop), null, SendOptions.AcknowledgementTimeout / 4, SendOptions.AcknowledgementTimeout / 4);
        await AllOrNone.WaitAsync([.. _lanes.Select(lane => lane.RunAsync(_server.Ingest, session, stop.Token))], stop).ConfigureAwait(false);
    }

    private void StopIfHung(CancellationTokenSource stop)
    {
        if (!_lanes.Any(lane => lane.IsWaiting) || _clock.GetElapsedTime(Volatile.Read(ref _lastAcknowledged)) < SendOptions.AcknowledgementTimeout) return;
        _say($"nothing was acknowledged for {SendOptions.AcknowledgementTimeout.TotalSeconds:0} s");
        stop.Cancel();
    }

    private void Acknowledged(Chunk chunk, LoadOfferSetsResponse response)
    {
        Volatile.Write(ref _lastAcknowledged, _clock.GetTimestamp());
        _retry.Succeeded();
        _ledger.Acknowledged(chunk, response);
        _pool.Return(chunk);
    }
}
