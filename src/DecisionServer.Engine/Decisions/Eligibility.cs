using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// The filters that depend on offer, context and profile alone, neither on a placement nor on what the member did with offers: the
/// same verdict in every slot of an answer, and for a decision the same as for an action.
/// </summary>
internal static class Eligibility
{
    /// <summary>The first filter the offer fails, in the order of <see cref="Reason"/>; <see cref="Reason.Shown"/> where it passes them all.</summary>
    public static Reason Judge(Offer offer, Situation situation)
    {
        var reason = Now(offer, situation);
        return reason == Reason.Shown && offer.IsRestricted ? Restrictions(offer, situation) : reason;
    }

    // Catalogue and live availability each have a validity, and both must hold; the first fault of either counts.
    private static Reason Now(Offer offer, Situation situation)
    {
        var live = situation.Availability.Judge(offer, situation.Scope, situation.NowTicks);
        if (situation.NowTicks < offer.ValidFromTicks || live == AvailabilityVerdict.NotYetValid) return Reason.NotYetValid;
        if (situation.NowTicks >= offer.ValidUntilTicks) return Reason.Expired;
        return live switch
        {
            AvailabilityVerdict.Available => Reason.Shown,
            AvailabilityVerdict.Expired => Reason.Expired,
            AvailabilityVerdict.OutOfStock => Reason.OutOfStock,
            _ => Reason.Unavailable,
        };
    }

    private static Reason Restrictions(Offer offer, Situation situation)
    {
        if (!situation.IgnoresChannel && !offer.AllowsChannel(situation.ChannelId)) return Reason.WrongChannel;
        if (!offer.ChainIds.IsEmpty && !situation.IsInChainOf(offer)) return Reason.WrongChain;
        if (!offer.StoreIds.IsEmpty && offer.StoreIds.BinarySearch(situation.StoreId) < 0) return Reason.WrongStore;

        // An unknown consent is not a given one.
        if (offer.ConsentId >= 0 && !situation.HasConsent(offer.ConsentId)) return Reason.ConsentMissing;
        return offer.SegmentIds.IsEmpty || situation.IsInSegmentOf(offer) ? Reason.Shown : Reason.Segment;
    }
}
