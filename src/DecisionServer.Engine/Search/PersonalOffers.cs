using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>Finds the offer that speaks for an item: one that the member has activated, else the best one of its set, if it may be shown now.</summary>
internal static class PersonalOffers
{
    /// <summary>The best one. Null: none.</summary>
    public static Offer? Find(SearchResult result, Placement placement, ReadOnlySpan<int> covering, out bool isActivated)
    {
        isActivated = false;
        if (covering.IsEmpty) return null;
        if (result.Situation.Member.Activated.Count > 0 && FindActivated(result, placement, covering) is { } activated)
        {
            isActivated = true;
            return activated;
        }

        var set = result.OfferSet.OfferIndexes.AsSpan(0, result.OfferSet.Count);
        for (var place = 0; place < set.Length; place++)
        {
            if (covering.BinarySearch(set[place]) < 0) continue;
            var offer = result.Situation.Catalogue[set[place]];
            ref var verdict = ref result.Eligibility[place];
            if (verdict == Reason.Unspecified) verdict = Judge(result, placement, offer, isActivated: false);
            if (verdict == Reason.Shown) return offer;
        }

        return null;
    }

    // Activated offers are few, and need not be in the set any more.
    private static Offer? FindActivated(SearchResult result, Placement placement, ReadOnlySpan<int> covering)
    {
        foreach (var index in covering)
        {
            var offer = result.Situation.Catalogue[index];
            if (result.Situation.Member.Activated.Contains(offer.Key) && Judge(result, placement, offer, isActivated: true) == Reason.Shown) return offer;
        }

        return null;
    }

    private static Reason Judge(SearchResult result, Placement placement, Offer offer, bool isActivated)
    {
        var reason = Eligibility.Judge(offer, result.Situation);
        if (reason != Reason.Shown) return reason;
        return result.Situation.Member.Redeemed.Contains(offer.Key) ? Reason.Redeemed : result.Capping.Judge(offer, isActivated, placement);
    }
}
