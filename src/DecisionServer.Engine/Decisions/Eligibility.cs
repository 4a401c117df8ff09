using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>The filters that depend on offer and situation alone, not on a placement: the same verdict in every slot of an answer.</summary>
internal static class Eligibility
{
    /// <summary>The first filter the offer fails, in the order of <see cref="Reason"/>; <see cref="Reason.Shown"/> where it passes them all.</summary>
    public static Reason Judge(Offer offer, Situation situation)
    {
        var reason = Now(offer, situation);
        if (reason == Reason.Shown && offer.IsRestricted) reason = Restrictions(offer, situation);

        // What the member did with the offer (activated, redeemed, capped) is judged here, once member state is there.
        if (reason == Reason.Shown && situation.IsExcluded(offer)) reason = Reason.Excluded;
        return reason;
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
        if (!offer.AllowsChannel(situation.ChannelId)) return Reason.WrongChannel;
        if (!offer.ChainIds.IsEmpty && offer.ChainIds.BinarySearch(situation.ChainId) < 0) return Reason.WrongChain;
        if (!offer.StoreIds.IsEmpty && offer.StoreIds.BinarySearch(situation.StoreId) < 0) return Reason.WrongStore;

        // No consent is known before member state is there, and an unknown consent is not a given one.
        if (offer.ConsentId >= 0) return Reason.ConsentMissing;
        return offer.SegmentIds.IsEmpty || situation.IsInSegmentOf(offer) ? Reason.Shown : Reason.Segment;
    }
}
