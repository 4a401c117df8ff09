using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>Reads what the offline scoring says of a member.</summary>
internal static class MemberSets
{
    /// <summary>Reads the member's offer set; an unknown member has an empty one.</summary>
    public static void ReadOffers(ServingState state, in MemberKey member, OfferSetBuffer into)
    {
        if (!state.Generation.TryReadOfferSet(member, into)) into.Count = 0;

        // A set that was replaced a moment ago may name offers that this decision's snapshot does not hold yet.
        var kept = 0;
        for (var i = 0; i < into.Count; i++)
        {
            if ((uint)into.OfferIndexes[i] >= (uint)state.Catalogue.Count) continue;
            (into.OfferIndexes[kept], into.Scores[kept]) = (into.OfferIndexes[i], into.Scores[i]);
            kept++;
        }

        into.Count = kept;
    }

    /// <summary>Reads the member's affinities; an unknown member has none.</summary>
    public static void ReadAffinities(ServingState state, in MemberKey member, AffinityBuffer into)
    {
        if (!state.Generation.TryReadAffinities(member, into)) into.Count = 0;
    }
}
