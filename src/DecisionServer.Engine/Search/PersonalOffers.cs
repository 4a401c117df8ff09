using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>Finds the best offer of a member's set that covers an item and may be shown now.</summary>
internal static class PersonalOffers
{
    /// <summary>The best one. Null: none.</summary>
    public static Offer? Find(SearchResult result, ReadOnlySpan<int> covering)
    {
        if (covering.IsEmpty) return null;
        var set = result.OfferSet.OfferIndexes.AsSpan(0, result.OfferSet.Count);
        for (var place = 0; place < set.Length; place++)
        {
            if (covering.BinarySearch(set[place]) < 0) continue;
            var offer = result.Situation.Catalogue[set[place]];
            ref var verdict = ref result.Eligibility[place];
            if (verdict == Reason.Unspecified) verdict = Eligibility.Judge(offer, result.Situation);
            if (verdict == Reason.Shown) return offer;
        }

        return null;
    }
}
