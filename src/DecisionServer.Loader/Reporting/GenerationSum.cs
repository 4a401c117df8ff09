using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>A generation of a sharded fleet as a whole, of what each node said of its share.</summary>
internal static class GenerationSum
{
    /// <summary>Counts are added up; its state is that of the node that is furthest from publishing; each gate names its node.</summary>
    public static Generation Of(IReadOnlyList<(string Node, Generation Share)> shares)
    {
        if (shares.Count == 1) return shares[0].Share;
        var whole = shares.MaxBy(share => Rank(share.Share.State)).Share.Clone();
        whole.Failure = string.Join("; ", shares.Where(share => share.Share.Failure.Length > 0).Select(share => $"{share.Node}: {share.Share.Failure}"));
        whole.OfferSets = Sum(share => share.OfferSets);
        whole.AffinitySets = Sum(share => share.AffinitySets);
        whole.ScoredOffers = Sum(share => share.ScoredOffers);
        whole.Rejected = Sum(share => share.Rejected);
        whole.Replaced = Sum(share => share.Replaced);
        whole.SegmentBytes = Sum(share => share.SegmentBytes);
        whole.MemoryBytes = Sum(share => share.MemoryBytes);
        whole.ExpectedOfferSets = Sum(share => share.ExpectedOfferSets);
        whole.ContentHash = "";
        whole.Shards.Clear();
        whole.Shards.AddRange(shares.SelectMany(share => share.Share.Shards).Order());
        whole.Gates.Clear();
        foreach (var (node, share) in shares)
        {
            foreach (var gate in share.Gates)
            {
                var named = gate.Clone();
                named.Message = $"{node}: {gate.Message}";
                whole.Gates.Add(named);
            }
        }

        return whole;

        long Sum(Func<Generation, long> count) => shares.Sum(share => count(share.Share));
    }

    private static int Rank(GenerationState state) => state switch
    {
        GenerationState.Failed => 3,
        GenerationState.Loading => 2,
        GenerationState.Sealed => 1,
        _ => 0,
    };
}
