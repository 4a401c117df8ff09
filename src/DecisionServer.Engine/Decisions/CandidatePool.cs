using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// The candidates of one decision, rung by rung: the member's set, the lists of its segments, the list for everybody. They are
/// taken in a few at a time, when a placement gets to them: most answers need a third of the first rung and nothing below.
/// </summary>
internal sealed class CandidatePool
{
    private const int Block = 16;
    private readonly ReusableList<PooledCandidate> _candidates = new(OfferSetBuffer.Capacity);
    private readonly ReusableList<int> _starts = new(4);
    private readonly OfferIndexSet _known = new();
    private OfferSetBuffer? _member;
    private Situation? _situation;
    private Ladder? _ladder;

    /// <summary>How many rungs there are: at least the member's and everybody's.</summary>
    public int RungCount => _starts.Count - 1;

    public void Begin(Situation situation, Ladder ladder, OfferSetBuffer member)
    {
        (_situation, _ladder, _member) = (situation, ladder, member);
        _candidates.Clear();
        _starts.Clear();
        _starts.Add(0);
        _starts.Add(member.Count);
        foreach (var list in situation.SegmentLists) _starts.Add(_starts[_starts.Count - 1] + list.Count);
        _starts.Add(_starts[_starts.Count - 1] + ladder.Global.Count);
    }

    public void Reset()
    {
        _candidates.Clear();
        (_situation, _ladder, _member) = (null, null, null);
    }

    /// <summary>Where an offer on a rung comes from.</summary>
    public OfferSource SourceOf(int rung) =>
        rung == 0 ? OfferSource.Member : rung == RungCount - 1 ? OfferSource.Global : OfferSource.Segment;

    /// <summary>How many candidates a rung has.</summary>
    public int CountOf(int rung) => _starts[rung + 1] - _starts[rung];

    /// <summary>
    /// A candidate by its place in the list of its rung, best first. All candidates of higher rungs have been asked for before.
    /// Valid until the next is asked for.
    /// </summary>
    public ref PooledCandidate Get(int rung, int place)
    {
        var at = _starts[rung] + place;
        while (at >= _candidates.Count) TakeIn(rung);
        return ref _candidates[at];
    }

    private void TakeIn(int rung)
    {
        // The member's offers are known as candidates from when the first rung below is entered.
        if (rung > 0 && _candidates.Count == _starts[1]) RememberMember();
        var offers = _situation!.Catalogue.Offers;
        var indexes = rung == 0 ? _member!.OfferIndexes.AsSpan(0, _member.Count) : ListOf(rung).OfferIndexes;
        var scores = rung == 0 ? _member!.Scores : ListOf(rung).Scores;
        var from = _candidates.Count - _starts[rung];
        var until = Math.Min(from + Block, indexes.Length);
        for (var i = from; i < until; i++)
        {
            var isRepeated = rung > 0 && !_known.Add(indexes[i]);
            var offer = offers[indexes[i]];
            offer.Prefetch();
            _situation.Availability.Prefetch(indexes[i]);
            _candidates.Add(new PooledCandidate { Offer = offer, Propensity = scores[i], IsRepeated = isRepeated });
        }
    }

    private LadderList ListOf(int rung) =>
        SourceOf(rung) == OfferSource.Global ? _ladder!.Global : _situation!.SegmentLists[rung - 1];

    private void RememberMember()
    {
        _known.Clear();
        foreach (var index in _member!.OfferIndexes.AsSpan(0, _member.Count)) _known.Add(index);
    }
}
