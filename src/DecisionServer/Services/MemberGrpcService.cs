using DecisionServer.Fleet.Sharding;
using DecisionServer.Journal;
using DecisionServer.Services.Members;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>What members do: checks the request and hands a command to the journal. Each command is a class in Members/.</summary>
public sealed class MemberGrpcService : MemberService.MemberServiceBase
{
    private const int ActionsAtOnce = 10_000;
    private readonly MemberWriter _writer;
    private readonly IJournal _journal;
    private readonly ImpressionFlusher _flusher;
    private readonly GenerationRegistry _registry;
    private readonly TimeProvider _clock;
    private readonly ShardGate _shards;

    /// <summary>Creates the service.</summary>
    internal MemberGrpcService(MemberWriter writer, IJournal journal, ImpressionFlusher flusher, GenerationRegistry registry, TimeProvider clock, ShardGate shards) =>
        (_writer, _journal, _flusher, _registry, _clock, _shards) = (writer, journal, flusher, registry, clock, shards);

    /// <inheritdoc/>
    public override Task<ActivateOfferResponse> ActivateOffer(ActivateOfferRequest request, ServerCallContext context)
    {
        MemberRequests.Action(request.MemberId, request.OfferId, request.IdempotencyKey, request.Channel, request.ChainId, request.StoreId);
        _shards.Require(request.MemberId);
        return JournalCalls.Answer(_journal, new ActivateCommand(_writer, request), context);
    }

    /// <inheritdoc/>
    public override Task<DeactivateOfferResponse> DeactivateOffer(DeactivateOfferRequest request, ServerCallContext context)
    {
        MemberRequests.Action(request.MemberId, request.OfferId, request.IdempotencyKey);
        _shards.Require(request.MemberId);
        return JournalCalls.Answer(_journal, new DeactivateCommand(_writer, request), context);
    }

    /// <inheritdoc/>
    public override Task<RedeemOfferResponse> RedeemOffer(RedeemOfferRequest request, ServerCallContext context)
    {
        MemberRequests.Action(request.MemberId, request.OfferId, request.IdempotencyKey, "", request.ChainId, request.StoreId);
        _shards.Require(request.MemberId);
        return JournalCalls.Answer(_journal, new RedeemCommand(_writer, request), context);
    }

    /// <inheritdoc/>
    public override Task<RecordEventsResponse> RecordEvents(RecordEventsRequest request, ServerCallContext context)
    {
        // A batch is of many members, so no node is its owner: it is truth's, which every node follows.
        MemberRequests.Events(request, _clock.GetUtcNow());
        return JournalCalls.Answer(_journal, new RecordEventsCommand(_writer, request), context);
    }

    /// <inheritdoc/>
    public override Task<PutProfileResponse> PutProfile(PutProfileRequest request, ServerCallContext context)
    {
        MemberRequests.Profile(request);
        _shards.Require(request.MemberId);
        return JournalCalls.Answer(_journal, new PutProfileCommand(_writer, request), context);
    }

    /// <inheritdoc/>
    public override async Task<GetMemberResponse> GetMember(GetMemberRequest request, ServerCallContext context)
    {
        Ids.Require(request.MemberId, "member_id");
        _shards.Require(request.MemberId);
        var record = await JournalCalls.Run(_journal, new GetMemberCommand(request.MemberId), context.CancellationToken);
        return new GetMemberResponse { Member = MemberRecords.ToProto(record) };
    }

    /// <inheritdoc/>
    public override async Task<ExportMemberResponse> ExportMember(ExportMemberRequest request, ServerCallContext context)
    {
        Ids.Require(request.MemberId, "member_id");
        _shards.Require(request.MemberId);
        var cancellation = context.CancellationToken;
        await JournalCalls.Run(() => _flusher.FlushAsync(cancellation));
        var record = await JournalCalls.Run(_journal, new GetMemberCommand(request.MemberId), cancellation);
        var actions = new List<ActionRecord>();
        IReadOnlyList<ActionRecord> next;
        do
        {
            next = await JournalCalls.Run(_journal, new GetActionsCommand(request.MemberId, actions.Count == 0 ? 0 : actions[^1].Sequence, ActionsAtOnce), cancellation);
            actions.AddRange(next);
        }
        while (next.Count == ActionsAtOnce);

        var state = _writer.Serving.Acquire();
        try
        {
            return new ExportMemberResponse { Json = MemberExport.Write(record, actions, state) };
        }
        finally
        {
            state?.Generation.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task<EraseMemberResponse> EraseMember(EraseMemberRequest request, ServerCallContext context)
    {
        Ids.Require(request.MemberId, "member_id");
        Ids.Require(request.IdempotencyKey, "idempotency_key");
        _shards.Require(request.MemberId);
        var answer = await JournalCalls.Answer(_journal, new EraseCommand(_writer, request), context);

        // Durable already: generations follow the journal's erasures again whenever they are opened. A retry comes by here, too.
        await Task.Run(_registry.FollowErasures);
        return answer;
    }
}
