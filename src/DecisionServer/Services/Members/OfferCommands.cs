using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>The member opts in to an offer.</summary>
internal sealed class ActivateCommand(MemberWriter writer, V1.ActivateOfferRequest request)
    : MemberCommand<V1.ActivateOfferRequest, V1.ActivateOfferResponse>(writer, "ActivateOffer", request.IdempotencyKey, request.MemberId, request)
{
    protected override V1.ActivateOfferResponse Run(IJournalTransaction transaction, MemberChanges changes) =>
        Lease.Run(Writer.Serving, state =>
        {
            var action = new OfferAction(Writer, transaction, changes, state, Request.MemberId, Request.OfferId);
            Refused? refused =
                action.IsRedeemed ? new Refused(V1.Refusal.AlreadyRedeemed, "the member has redeemed the offer")
                : action.IsActivated ? new Refused(V1.Refusal.AlreadyActivated, "the member has activated the offer already")
                : action.Judge(Request.Channel, Request.ChainId, Request.StoreId, anyChannel: false)
                    ?? action.JudgeCaps(Request.Channel, CapEvent.Activation, CapEvent.Redemption)
                    ?? action.Activate();
            if (refused is null) action.Finish(ActionKind.Activation, CapEvent.Activation, Request.Channel, Request.ChainId, Request.StoreId);
            return new V1.ActivateOfferResponse
            {
                Refusal = refused?.Refusal ?? V1.Refusal.Unspecified,
                Detail = refused?.Detail ?? "",
                Member = MemberRecords.ToProto(action.Record),
            };
        });
}

/// <summary>The member opts out of an offer, whether or not there still is such an offer.</summary>
internal sealed class DeactivateCommand(MemberWriter writer, V1.DeactivateOfferRequest request)
    : MemberCommand<V1.DeactivateOfferRequest, V1.DeactivateOfferResponse>(writer, "DeactivateOffer", request.IdempotencyKey, request.MemberId, request)
{
    protected override V1.DeactivateOfferResponse Run(IJournalTransaction transaction, MemberChanges changes) =>
        Lease.Run(Writer.Serving, state =>
        {
            var action = new OfferAction(Writer, transaction, changes, state, Request.MemberId, Request.OfferId);
            Refused? refused =
                action.IsActivated ? null
                : action.IsRedeemed ? new Refused(V1.Refusal.AlreadyRedeemed, "the member has redeemed the offer")
                : new Refused(V1.Refusal.NotActivated, "the member has not activated the offer");
            if (refused is null)
            {
                action.Deactivate();
                action.Finish(ActionKind.Deactivation, null);
            }

            return new V1.DeactivateOfferResponse
            {
                Refusal = refused?.Refusal ?? V1.Refusal.Unspecified,
                Detail = refused?.Detail ?? "",
                Member = MemberRecords.ToProto(action.Record),
            };
        });
}

/// <summary>The member uses an offer.</summary>
internal sealed class RedeemCommand(MemberWriter writer, V1.RedeemOfferRequest request)
    : MemberCommand<V1.RedeemOfferRequest, V1.RedeemOfferResponse>(writer, "RedeemOffer", request.IdempotencyKey, request.MemberId, request)
{
    protected override V1.RedeemOfferResponse Run(IJournalTransaction transaction, MemberChanges changes) =>
        Lease.Run(Writer.Serving, state =>
        {
            var action = new OfferAction(Writer, transaction, changes, state, Request.MemberId, Request.OfferId);
            Refused? refused =
                action.IsRedeemed ? new Refused(V1.Refusal.AlreadyRedeemed, "the member has redeemed the offer already")
                : Writer.Options.RedeemNeedsActivation && !action.IsActivated ? new Refused(V1.Refusal.NotActivated, "the member has not activated the offer")
                : action.Judge("", Request.ChainId, Request.StoreId, anyChannel: true)
                    ?? action.JudgeCaps("", CapEvent.Redemption)
                    ?? action.Redeem()
                    ?? action.TakeStock(Request.ChainId, Request.StoreId);
            if (refused is null) action.Finish(ActionKind.Redemption, CapEvent.Redemption, "", Request.ChainId, Request.StoreId);
            return new V1.RedeemOfferResponse
            {
                Refusal = refused?.Refusal ?? V1.Refusal.Unspecified,
                Detail = refused?.Detail ?? "",

                // After a refusal the state is the one before, whatever was tried.
                Member = MemberRecords.ToProto(refused is null ? action.Record : MemberBook.Get(Writer, transaction, Request.MemberId)),
            };
        });
}
