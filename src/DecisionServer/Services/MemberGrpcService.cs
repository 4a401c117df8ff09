using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>
/// Member actions must be durable before they are acknowledged, and this server keeps no journal: every method answers UNIMPLEMENTED.
/// Registered all the same, so that reflection shows the whole contract and nobody takes the answer for a wrong address.
/// </summary>
public sealed class MemberGrpcService : MemberService.MemberServiceBase
{
    /// <inheritdoc/>
    public override Task<ActivateOfferResponse> ActivateOffer(ActivateOfferRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<DeactivateOfferResponse> DeactivateOffer(DeactivateOfferRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<RedeemOfferResponse> RedeemOffer(RedeemOfferRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<RecordEventsResponse> RecordEvents(RecordEventsRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<PutProfileResponse> PutProfile(PutProfileRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<GetMemberResponse> GetMember(GetMemberRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<ExportMemberResponse> ExportMember(ExportMemberRequest request, ServerCallContext context) => throw Refusal(context);

    /// <inheritdoc/>
    public override Task<EraseMemberResponse> EraseMember(EraseMemberRequest request, ServerCallContext context) => throw Refusal(context);

    private static RpcException Refusal(ServerCallContext context) =>
        Errors.Unimplemented($"{context.Method}: this version of the server keeps no member state");
}
