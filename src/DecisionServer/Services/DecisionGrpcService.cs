using DecisionServer.Engine;
using DecisionServer.Fleet;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Metrics;
using DecisionServer.Options;
using DecisionServer.Services.Decisions;
using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Next best offers and search rankings: checks the request, lets the engine decide, writes the answer. No rules of its own.</summary>
/// <remarks><see cref="DecisionBinding"/> maps its methods.</remarks>
internal sealed class DecisionGrpcService
{
    // Some 25 KiB: half of what the server buffers for a stream before it waits for the caller.
    private const int AnswersPerWrite = 16;

    // A node that can run at all hears from truth, or finds that it cannot, well within this time.
    private static readonly TimeSpan LeasePatience = TimeSpan.FromSeconds(2);
    private static readonly WriteOptions HeldBack = new(WriteFlags.BufferHint);

    private readonly DecisionEngine _engine;
    private readonly TimeProvider _clock;
    private readonly DecisionMetrics _metrics;
    private readonly ILogger<DecisionGrpcService> _log;
    private readonly EpochGate _epochs;
    private readonly ServingLease _lease;
    private readonly FleetHealth? _fleet;
    private readonly ShardGate _shards;
    private readonly DecisionIds _ids = new();

    /// <summary>Creates the service; a server that is alone has no <paramref name="fleet"/> to lag behind.</summary>
    public DecisionGrpcService(
        DecisionEngine engine, AvailabilityStore availability, ServingLease lease, ShardGate shards, LimitOptions limits, TimeProvider clock, DecisionMetrics metrics,
        ILogger<DecisionGrpcService> log, FleetHealth? fleet = null)
    {
        (_engine, _lease, _shards, _clock, _metrics, _log, _fleet) = (engine, lease, shards, clock, metrics, log, fleet);
        _epochs = new EpochGate(availability, limits.EpochWait);
    }

    public Task<DecisionAnswer> NextBestOffers(NextBestOffersRequest request, ServerCallContext context) =>
        IsOpen(request.MinAvailabilityEpoch) && TryDecide(request, context, DecisionMethod.NextBestOffers) is { } answer
            ? answer.Completed
            : DecideLaterAsync(request, context, DecisionMethod.NextBestOffers);

    public Task<RankSearchResponse> RankSearch(RankSearchRequest request, ServerCallContext context) =>
        IsOpen(request.MinAvailabilityEpoch) && TryRank(request, context) is { } response ? Task.FromResult(response) : RankLaterAsync(request, context);

    /// <remarks>
    /// One message after the other: answers are in order. While more requests are there already, answers wait for each other, so that
    /// a batch is one write; a caller that does not read its answers is not read from either.
    /// </remarks>
    public async Task DecideStream(
        IAsyncStreamReader<NextBestOffersRequest> requestStream, IServerStreamWriter<DecisionAnswer> responseStream, ServerCallContext context)
    {
        var (number, waiting) = (0L, 0);
        var next = requestStream.MoveNext(context.CancellationToken);
        while (await next)
        {
            number++;
            var request = requestStream.Current;
            DecisionAnswer answer;
            try
            {
                answer = (IsOpen(request.MinAvailabilityEpoch) ? TryDecide(request, context, DecisionMethod.DecideStream) : null)
                    ?? await DecideLaterAsync(request, context, DecisionMethod.DecideStream);
            }
            catch (RpcException refusal) when (refusal.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition)
            {
                throw new RpcException(new Status(refusal.StatusCode, $"request {number} of the stream: {refusal.Status.Detail}"), refusal.Trailers);
            }

            // No answer is held back for a request that has not come, or whose decision has to wait.
            next = requestStream.MoveNext(context.CancellationToken);
            var holdsBack = ++waiting < AnswersPerWrite && next is { IsCompletedSuccessfully: true, Result: true } && IsOpen(requestStream.Current.MinAvailabilityEpoch);
            if (!holdsBack) waiting = 0;
            responseStream.WriteOptions = holdsBack ? HeldBack : null;
            await responseStream.WriteAsync(answer, context.CancellationToken);
        }
    }

    private async Task<DecisionAnswer> DecideLaterAsync(NextBestOffersRequest request, ServerCallContext context, DecisionMethod method)
    {
        // What is wrong with a request is said at once, not after the wait.
        var workspace = DecisionWorkspace.Rent();
        Read(request, workspace, method);
        DecisionWorkspace.Return(workspace);
        while (true)
        {
            await WaitAsync(request.MinAvailabilityEpoch, context, method);
            if (TryDecide(request, context, method) is { } answer) return answer;
        }
    }

    private async Task<RankSearchResponse> RankLaterAsync(RankSearchRequest request, ServerCallContext context)
    {
        var workspace = DecisionWorkspace.Rent();
        Read(request, workspace);
        DecisionWorkspace.Return(workspace);
        while (true)
        {
            await WaitAsync(request.MinAvailabilityEpoch, context, DecisionMethod.RankSearch);
            if (TryRank(request, context) is { } response) return response;
        }
    }

    private uint Lag => _fleet?.LagMilliseconds ?? 0;

    private bool IsOpen(ulong epoch) => _epochs.IsOpen(epoch) && _lease.IsHeld;

    private async ValueTask WaitAsync(ulong epoch, ServerCallContext context, DecisionMethod method)
    {
        try
        {
            if (!_epochs.IsOpen(epoch) && !await _epochs.TryWaitAsync(epoch, context))
            {
                _metrics.Failed(method, DecisionFailure.EpochNotReached);
                throw Errors.FailedPrecondition(_epochs.Describe(epoch));
            }

            if (!await _lease.WaitAsync(LeasePatience, context.CancellationToken))
            {
                _metrics.Failed(method, DecisionFailure.NoLease);
                throw Errors.Unavailable("this node has not heard from its fleet and cannot tell whether what it serves is current; try again, or ask another node", LeasePatience);
            }
        }
        catch (OperationCanceledException)
        {
            throw Gone();
        }
    }

    // Null: the lease ran out meanwhile, so that the answer may be of a generation that is no longer current. Nobody has seen it.
    private DecisionAnswer? TryDecide(NextBestOffersRequest request, ServerCallContext context, DecisionMethod method)
    {
        var answer = Decide(request, context, method);
        if (_lease.IsHeld) return answer;
        answer.Release();
        return null;
    }

    private RankSearchResponse? TryRank(RankSearchRequest request, ServerCallContext context)
    {
        var response = Rank(request, context);
        return _lease.IsHeld ? response : null;
    }

    private DecisionAnswer Decide(NextBestOffersRequest request, ServerCallContext context, DecisionMethod method)
    {
        if (context.CancellationToken.IsCancellationRequested) throw Gone();
        var start = _metrics.Start();

        // Given back when the answer has been written; a workspace that an exception passes is left to the collector.
        var workspace = DecisionWorkspace.Rent();
        Read(request, workspace, method);
        var result = workspace.Result;
        switch (_engine.Decide(workspace.Request, result))
        {
            case DecisionOutcome.NoGeneration:
                throw NoGeneration(method, request.MemberId);
            case DecisionOutcome.OtherShard:
                throw OtherShard(method, request.MemberId);
            case DecisionOutcome.UnknownPlacement:
                _metrics.Failed(method, DecisionFailure.UnknownPlacement);
                throw UnknownPlacement(request, result.UnknownPlacementIndex);
        }

        var answer = workspace.Answer;
        (answer.Id, answer.OmitsContent, answer.LagMilliseconds) = (_ids.Next(), request.OmitContent, Lag);
        for (var i = 0; i < result.PlacementCount; i++)
        {
            var slot = result.Placement(i);
            _metrics.Placement(slot.Placement.Name, slot.Offers.Length, slot.Shortfall);
        }

        if (_log.IsEnabled(LogLevel.Debug)) Log.Decided(_log, answer.Id.ToString(), result.GenerationId, result.PlacementCount, request.Context?.Locale ?? "");
        _metrics.Completed(method, start);
        return answer;
    }

    private RankSearchResponse Rank(RankSearchRequest request, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested) throw Gone();
        var start = _metrics.Start();
        var workspace = DecisionWorkspace.Rent();
        Read(request, workspace);
        workspace.Search.Deadline = Deadlines.Timestamp(context.Deadline, _clock);
        var outcome = _engine.RankSearch(workspace.Search, workspace.SearchResult);
        if (outcome == SearchOutcome.NoGeneration) throw NoGeneration(DecisionMethod.RankSearch, request.MemberId);
        if (outcome == SearchOutcome.OtherShard) throw OtherShard(DecisionMethod.RankSearch, request.MemberId);

        var degraded = outcome == SearchOutcome.Degraded;
        var response = RankSearchWriter.Write(workspace.Search, workspace.SearchResult, degraded, request.Explain, _ids.Next().ToString());
        response.LagMs = Lag;
        _metrics.Search(PlacementSet.SearchName, degraded);
        if (_log.IsEnabled(LogLevel.Debug)) Log.Ranked(_log, response.DecisionId, response.GenerationId, request.Query, request.Candidates.Count, degraded);
        DecisionWorkspace.Return(workspace);
        _metrics.Completed(DecisionMethod.RankSearch, start);
        return response;
    }

    private void Read(NextBestOffersRequest request, DecisionWorkspace workspace, DecisionMethod method)
    {
        try
        {
            NextBestOffersReader.Read(request, workspace.Request);
        }
        catch (RpcException)
        {
            _metrics.Failed(method, DecisionFailure.InvalidArgument);
            throw;
        }
    }

    private void Read(RankSearchRequest request, DecisionWorkspace workspace)
    {
        try
        {
            RankSearchReader.Read(request, workspace.Search, workspace.Seen);
        }
        catch (RpcException)
        {
            _metrics.Failed(DecisionMethod.RankSearch, DecisionFailure.InvalidArgument);
            throw;
        }
    }

    // A node without shards has no generation either: the caller is told where there is one.
    private RpcException NoGeneration(DecisionMethod method, string memberId)
    {
        _shards.Require(memberId);
        _metrics.Failed(method, DecisionFailure.NoGeneration);
        return Errors.FailedPrecondition("no generation has been published yet: load and publish one first");
    }

    private RpcException OtherShard(DecisionMethod method, string memberId)
    {
        _metrics.Failed(method, DecisionFailure.OtherShard);
        return _shards.Refusal(memberId);
    }

    private static RpcException UnknownPlacement(NextBestOffersRequest request, int index) =>
        Errors.InvalidArgument($"placements[{index}].placement",
            $"\"{request.Placements[index].Placement}\" is not a placement of this server; CatalogService.ListPlacements names them");

    // Seen by nobody but the log: the caller has hung up, or its own deadline has told it already.
    private static RpcException Gone() => new(new Status(StatusCode.Cancelled, "the caller has gone or its deadline has passed"));
}
