using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// The candidates of one decision, rung by rung: the member's set, the lists of its segments, the list for everybody. A rung
/// is opened only when a placement gets to it; most answers never leave the first.
/// </summary>
internal sealed class CandidatePool
{
    private readonly ReusableList<PooledCandidate> _candidates = new(OfferSetBuffer.Capacity);
    private readonly ReusableList<int> _starts = new(4);
    private readonly OfferIndexSet _known = new();
    private Situation? _situation;
    private Ladder? _ladder;

    /// <summary>How many rungs there are: at least the member's and everybody's.</summary>
    public int RungCount => _situation!.SegmentLists.Length + 2;

    public void Begin(Situation situation, Ladder ladder, OfferSetBuffer member)
    {
        _situation = situation;
        _ladder = ladder;
        _candidates.Clear();
        _starts.Clear();
        _starts.Add(0);
        Append(member.OfferIndexes.AsSpan(0, member.Count), member.Scores);
    }

    public void Reset()
    {
        _candidates.Clear();
        (_situation, _ladder) = (null, null);
    }

    /// <summary>Where an offer on a rung comes from.</summary>
    public OfferSource SourceOf(int rung) =>
        rung == 0 ? OfferSource.Member : rung == RungCount - 1 ? OfferSource.Global : OfferSource.Segment;

    /// <summary>The candidates of a rung, by score in their list. Rungs are opened in order; valid until the next is opened.</summary>
    public Span<PooledCandidate> Open(int rung)
    {
        if (rung == _starts.Count - 1) AppendLadder(rung);
        return _candidates.Span[_starts[rung].._starts[rung + 1]];
    }

    private void AppendLadder(int rung)
    {
        if (rung == 1)
        {
            _known.Clear();
            foreach (ref readonly var candidate in _candidates.Span) _known.Add(candidate.Offer.Index);
        }

        var list = SourceOf(rung) == OfferSource.Global ? _ladder!.Global : _situation!.SegmentLists[rung - 1];
        Append(list.OfferIndexes, list.Scores);
        foreach (ref var candidate in _candidates.Span[_starts[rung]..]) candidate.IsRepeated = !_known.Add(candidate.Offer.Index);
    }

    private void Append(ReadOnlySpan<int> offerIndexes, ReadOnlySpan<float> scores)
    {
        var offers = _situation!.Catalogue.Offers;
        for (var i = 0; i < offerIndexes.Length; i++)
        {
            // A set replaced a moment ago may name an offer that this decision's snapshot does not hold yet.
            if ((uint)offerIndexes[i] >= (uint)offers.Length) continue;
            _candidates.Add(new PooledCandidate { Offer = offers[offerIndexes[i]], Propensity = scores[i] });
        }

        _starts.Add(_candidates.Count);
    }
}
