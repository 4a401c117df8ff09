namespace DecisionServer.Store;

/// <summary>A rung of the fallback ladder: offers of one catalogue, best first (score descending, then offer id). Immutable.</summary>
public sealed class LadderList
{
    private readonly int[] _offerIndexes;
    private readonly float[] _scores;

    private LadderList(int[] offerIndexes, float[] scores) => (_offerIndexes, _scores) = (offerIndexes, scores);

    /// <summary>No offers.</summary>
    public static LadderList Empty { get; } = new([], []);

    /// <summary>How many offers there are.</summary>
    public int Count => _offerIndexes.Length;

    /// <summary>Indexes in the catalogue, best first.</summary>
    public ReadOnlySpan<int> OfferIndexes => _offerIndexes;

    /// <summary>Their scores.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>A list from pairs in any order, each offer once; at most <paramref name="max"/> of the best are kept.</summary>
    internal static LadderList From((int OfferIndex, float Score)[] offers, CatalogueSnapshot catalogue, int max)
    {
        if (offers.Length == 0) return Empty;
        Array.Sort(offers, (x, y) =>
            x.Score != y.Score ? y.Score.CompareTo(x.Score) : catalogue.IdRanks[x.OfferIndex].CompareTo(catalogue.IdRanks[y.OfferIndex]));
        var count = Math.Min(offers.Length, max);
        var (indexes, scores) = (new int[count], new float[count]);
        for (var i = 0; i < count; i++) (indexes[i], scores[i]) = offers[i];
        return new LadderList(indexes, scores);
    }
}
