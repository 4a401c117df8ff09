using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>Fills one placement: steps 5 to 8 of <see cref="DecisionEngine.Decide(DecisionRequest, DecisionResult)"/>.</summary>
internal static class PlacementFiller
{
    public static void Fill(PlacementResult slot, DecisionRequest request, DecisionResult result)
    {
        var rungs = slot.Placement.NoFallback ? 1 : result.Candidates.RungCount;

        // 8. Rung by rung: the member's set, its segments' lists, everybody's.
        // Without an explanation the scan ends with the last offer shown; with one it goes on to the last candidate.
        for (var rung = 0; rung < rungs && (request.Explain || !slot.IsFull); rung++)
        {
            var count = result.Candidates.CountOf(rung);
            var source = result.Candidates.SourceOf(rung);

            // A minimum concerns the member's set; ladder lists are scored on a scale of their own.
            var minScore = source == OfferSource.Member ? request.MinScore ?? slot.Placement.MinScore : float.NegativeInfinity;

            // 6. and 7. Score and rank.
            var order = Rank(slot.Placement, rung, result);
            for (var rank = 0; rank < count && (request.Explain || !slot.IsFull); rank++)
            {
                // 5. and 7. Filter, de-duplicate, diversify: best first, until enough are shown.
                ref var candidate = ref result.Candidates.Get(rung, order is null ? rank : order[rank]);
                var reason = Judge(ref candidate, slot, minScore, request.AllowDuplicates, result);
                if (reason == Reason.Shown && slot.Placement.CountsOnDecision
                    && !result.Capping.TryCount(candidate.Offer, slot.Placement, request.MemberId, request.Context.Channel))
                    reason = Reason.CappedTotal;
                if (reason == Reason.Shown) Show(ref candidate, slot, source, result.Situation);
                if (request.Explain) Explain(ref candidate, slot, source, reason, result.Situation);
            }
        }
    }

    // Lists are stored by score: the affinity strategy has nothing to sort.
    private static RankOrder? Rank(Placement placement, int rung, DecisionResult result)
    {
        if (placement.Strategy == PlacementStrategy.Affinity) return null;
        var order = result.Order;
        order.Clear();
        for (var i = 0; i < result.Candidates.CountOf(rung); i++) order.Add(Scoring.Score(placement, result.Situation, ref result.Candidates.Get(rung, i)), i);
        order.Sort();
        return order;
    }

    // The filters, in the order of Reason.
    private static Reason Judge(ref PooledCandidate candidate, PlacementResult slot, float minScore, bool allowDuplicates, DecisionResult result)
    {
        var situation = result.Situation;
        if (candidate.Eligibility == Reason.Unspecified) Find(ref candidate, situation);
        if (candidate.Eligibility != Reason.Shown) return candidate.Eligibility;
        if (candidate.IsActivated && !slot.Placement.ShowActivated) return Reason.AlreadyActivated;
        if (candidate.IsRedeemed) return Reason.Redeemed;

        // Never remembered: what is shown may count on the way.
        var capped = result.Capping.Judge(candidate.Offer, candidate.IsActivated, slot.Placement);
        if (capped != Reason.Shown) return capped;
        if (situation.IsExcluded(candidate.Offer)) return Reason.Excluded;
        if (candidate.Propensity < minScore) return Reason.BelowMinScore;
        if (candidate.IsRepeated || (candidate.IsShown && !allowDuplicates)) return Reason.Duplicate;
        if (!Diversity.Allows(slot, candidate.Offer)) return Reason.Diversity;
        return slot.IsFull ? Reason.RankedOut : Reason.Shown;
    }

    private static void Find(ref PooledCandidate candidate, Situation situation)
    {
        candidate.Eligibility = Eligibility.Judge(candidate.Offer, situation);
        if (situation.Member.Version == 0) return;
        candidate.IsActivated = situation.Member.Activated.Contains(candidate.Offer.Key);
        candidate.IsRedeemed = situation.Member.Redeemed.Contains(candidate.Offer.Key);
    }

    private static void Show(ref PooledCandidate candidate, PlacementResult slot, OfferSource source, Situation situation)
    {
        var offer = candidate.Offer;
        var validUntil = Math.Min(offer.ValidUntilTicks, situation.Availability.ValidUntilTicks(offer, situation.Scope));
        var price = situation.Availability.TryGetPrice(offer, situation.Scope, out var live) ? live : offer.PriceMinor;
        slot.Show(new ChosenOffer(offer, Scoring.Score(slot.Placement, situation, ref candidate), source, price, validUntil, candidate.IsActivated));
        candidate.IsShown = true;
    }

    private static void Explain(ref PooledCandidate candidate, PlacementResult slot, OfferSource source, Reason reason, Situation situation)
    {
        var parts = Scoring.Parts(slot.Placement, situation, ref candidate);
        slot.Explain(new JudgedOffer(candidate.Offer, Scoring.Score(slot.Placement, parts), parts, reason, source));
    }
}
