namespace DecisionServer.Store;

/// <summary>Counts of what goes into a generation, kept by each writer for itself and added up at the end.</summary>
internal sealed class Statistics(int offers)
{
    private readonly double[] _scoreOfOffer = new double[offers];

    private long _offerSets;
    private long _affinitySets;
    private long _scoredOffers;
    private long _rejected;
    private double _scoreSum;
    private float _lowest = float.MaxValue;
    private float _highest = float.MinValue;

    public long OfferSets => Volatile.Read(ref _offerSets);

    public long AffinitySets => Volatile.Read(ref _affinitySets);

    public long ScoredOffers => Volatile.Read(ref _scoredOffers);

    public long Rejected => Volatile.Read(ref _rejected);

    public void AddOffers(ReadOnlySpan<ScoredOffer> offers)
    {
        // In locals: fields would be written once an offer.
        (double sum, float lowest, float highest) = (_scoreSum, _lowest, _highest);
        double[] scoreOfOffer = _scoreOfOffer;
        foreach (ScoredOffer offer in offers)
        {
            sum += offer.Score;
            scoreOfOffer[offer.OfferIndex] += offer.Score;
            lowest = Math.Min(lowest, offer.Score);
            highest = Math.Max(highest, offer.Score);
        }

        (_scoreSum, _lowest, _highest) = (sum, lowest, highest);
        _scoredOffers += offers.Length;
        _offerSets++;
    }

    public void AddOffers(OfferSetBuffer offers)
    {
        Span<ScoredOffer> unpacked = stackalloc ScoredOffer[OfferSetBuffer.Capacity];
        for (int i = 0; i < offers.Count; i++)
        {
            unpacked[i] = new ScoredOffer(offers.OfferIndexes[i], offers.Scores[i]);
        }

        AddOffers(unpacked[..offers.Count]);
    }

    public void AddAffinities() => _affinitySets++;

    public void AddRejected(int sets) => _rejected += sets;

    public void Add(Statistics other)
    {
        _offerSets += other._offerSets;
        _affinitySets += other._affinitySets;
        _scoredOffers += other._scoredOffers;
        _rejected += other._rejected;
        _scoreSum += other._scoreSum;
        _lowest = Math.Min(_lowest, other._lowest);
        _highest = Math.Max(_highest, other._highest);
        for (int i = 0; i < _scoreOfOffer.Length; i++)
        {
            _scoreOfOffer[i] += other._scoreOfOffer[i];
        }
    }

    public GenerationCounts ToCounts() => new()
    {
        Offers = _scoreOfOffer.Length,
        OfferSets = _offerSets,
        AffinitySets = _affinitySets,
        ScoredOffers = _scoredOffers,
        Rejected = _rejected,
        ScoreSum = _scoreSum,
        LowestScore = _scoredOffers == 0 ? 0 : _lowest,
        HighestScore = _scoredOffers == 0 ? 0 : _highest,
    };

    /// <summary>The offers with the highest sums of scores, best first, relative to the best.</summary>
    public IReadOnlyList<PopularOffer> Popular(CatalogueSnapshot catalogue, int most)
    {
        // Rounded, so that ties do not hang on the order in which streams arrived and sums were taken.
        double[] sums = [.. _scoreOfOffer.Select(sum => Math.Round(sum, 6))];
        int[] order = [.. Enumerable.Range(0, sums.Length).Where(i => sums[i] > 0)];
        Array.Sort(order, (a, b) => sums[b].CompareTo(sums[a]) is var byScore and not 0
            ? byScore
            : catalogue.IdRanks[a].CompareTo(catalogue.IdRanks[b]));
        return [.. order.Take(most).Select(i => new PopularOffer(i, (float)(sums[i] / sums[order[0]])))];
    }
}
