using DecisionServer.Hosting;
using DecisionServer.Services.Journaling;
using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Live availability over gRPC: checks and maps. Changes go through the journal.</summary>
public sealed class AvailabilityGrpcService(Serving serving, TruthWriter truth, ServerLifecycle lifecycle)
    : AvailabilityService.AvailabilityServiceBase
{
    /// <summary>Most watches at once.</summary>
    public const int MaxWatches = 256;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private int _watches;

    /// <inheritdoc/>
    public override Task<UpdateAvailabilityResponse> UpdateAvailability(UpdateAvailabilityRequest request, ServerCallContext context) =>
        truth.Write(
            new UpdateAvailabilityCommand(serving, AvailabilityMapping.ToUpdates(request.Updates)), Answer, nameof(UpdateAvailability), request.IdempotencyKey, request, context);

    /// <inheritdoc/>
    public override async Task StreamAvailability(
        IAsyncStreamReader<StreamAvailabilityRequest> requestStream, IServerStreamWriter<StreamAvailabilityResponse> responseStream, ServerCallContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifecycle.Draining);
        try
        {
            for (ulong expected = 1; await requestStream.MoveNext(ends.Token); expected++)
            {
                var request = requestStream.Current;
                if (request.Sequence != expected)
                    throw Errors.InvalidArgument("sequence", $"is {request.Sequence}, {expected} comes next in this stream");

                // One command for each message. What was taken in is committed even if draining began meanwhile.
                var result = await truth.Write(new UpdateAvailabilityCommand(serving, AvailabilityMapping.ToUpdates(request.Updates)), context);
                var response = new StreamAvailabilityResponse
                {
                    Sequence = expected,
                    AvailabilityEpoch = result.Epoch,
                    Applied = result.Applied,
                    Stale = result.Stale,
                    Unknown = result.Unknown,
                };

                // What was applied is acknowledged even if draining began meanwhile.
                await responseStream.WriteAsync(response, context.CancellationToken);
            }
        }
        catch (OperationCanceledException) when (lifecycle.Draining.IsCancellationRequested)
        {
            throw Draining();
        }
    }

    /// <inheritdoc/>
    public override Task<GetAvailabilityResponse> GetAvailability(GetAvailabilityRequest request, ServerCallContext context)
    {
        if (request.SubjectCase == GetAvailabilityRequest.SubjectOneofCase.None)
            throw Errors.InvalidArgument("offer_id", "is missing, offer_id or item_id must be given");
        var rows = request.HasOfferId
            ? serving.Availability.GetRows(AvailabilitySubject.Offer, Ids.Require(request.OfferId, "offer_id"), out var epoch)
            : serving.Availability.GetRows(AvailabilitySubject.Item, Ids.Require(request.ItemId, "item_id"), out epoch);
        var response = new GetAvailabilityResponse { AvailabilityEpoch = epoch };
        foreach (var row in rows) response.Rows.Add(AvailabilityMapping.ToProto(row));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override async Task WatchAvailability(
        WatchAvailabilityRequest request, IServerStreamWriter<WatchAvailabilityResponse> responseStream, ServerCallContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifecycle.Draining);
        try
        {
            if (Interlocked.Increment(ref _watches) > MaxWatches)
                throw Errors.ResourceExhausted($"{MaxWatches} watches are open already, no more are allowed", RetryAfter);

            // Only what fits one message is read before the client has taken the last one: a slow client costs nothing, and gets a
            // snapshot once it is too far behind.
            var watcher = serving.Availability.Watch(request.FromEpoch);
            while (true)
            {
                var changes = await watcher.Next(ends.Token);
                var response = new WatchAvailabilityResponse { AvailabilityEpoch = changes.Epoch, Snapshot = changes.Snapshot, More = changes.More };
                foreach (var row in changes.Rows) response.Rows.Add(AvailabilityMapping.ToProto(row));
                await responseStream.WriteAsync(response, ends.Token);
            }
        }
        catch (OperationCanceledException) when (lifecycle.Draining.IsCancellationRequested)
        {
            throw Draining();
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
        }
    }

    private static UpdateAvailabilityResponse Answer(AvailabilityResult result) => new()
    {
        AvailabilityEpoch = result.Epoch,
        Applied = result.Applied,
        Stale = result.Stale,
        Unknown = result.Unknown,
    };

    private static RpcException Draining() => Errors.Unavailable("the server is stopping: go on with another one, or with this one after its restart", RetryAfter);
}
