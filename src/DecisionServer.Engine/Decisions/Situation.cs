using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// A request's context brought to the numbers of one serving state, once per decision: what the filters compare offers with.
/// Also what is known about the member beyond its sets.
/// </summary>
internal sealed class Situation
{
    private readonly ReusableList<int> _segmentIds = new();
    private readonly ReusableList<int> _chainIds = new();
    private readonly ReusableList<int> _consentIds = new();
    private readonly ReusableList<LadderList> _segmentLists = new();
    private readonly ReusableList<int> _focusIds = new();
    private readonly ReusableList<ulong> _basketKeys = new();
    private readonly ReusableList<int> _excluded = new();
    private CatalogueSnapshot _catalogue = CatalogueSnapshot.Empty;
    private AvailabilityView? _availability;
    private AvailabilityScope _scope;

    public CatalogueSnapshot Catalogue => _catalogue;

    public AvailabilityView Availability => _availability!;

    public ref readonly AvailabilityScope Scope => ref _scope;

    /// <summary>The instant of the decision: every filter sees the same one.</summary>
    public long NowTicks { get; private set; }

    public int ChannelId { get; private set; }

    /// <summary>Whether the channels of offers do not matter: they say where an offer is shown, not where it is used.</summary>
    public bool IgnoresChannel { get; set; }

    public int StoreId { get; private set; }

    /// <summary>Ladder lists of the member's segments, in the order the segments are named.</summary>
    public ReadOnlySpan<LadderList> SegmentLists => _segmentLists.Span;

    /// <summary>The member's state; empty where nothing is known. Filled by whoever begins.</summary>
    public MemberStateBuffer Member { get; } = new();

    /// <summary>Takes over context and instant; <see cref="Member"/> is there already.</summary>
    public void Begin(ServingState state, DecisionContext context, long nowTicks)
    {
        _catalogue = state.Catalogue;
        _availability = state.Availability;
        _scope = state.Availability.Resolve(context.ChainId, context.StoreId);
        NowTicks = nowTicks;
        ChannelId = _catalogue.Channels.Find(context.Channel);
        StoreId = _catalogue.Stores.Find(context.StoreId);
        ReadChains(context.ChainId);
        ReadSegments(context.Segments, state.Ladder);
        ReadProfile(state.Ladder);
        foreach (var category in context.FocusCategories.Span)
        {
            if (_catalogue.Categories.TryGet(category, out var id)) _focusIds.Add(id);
        }

        foreach (var itemId in context.BasketItemIds.Span)
        {
            var key = ItemKey.From(itemId);
            if (!_catalogue.OffersOfItem(key).IsEmpty) _basketKeys.Add(key);
        }
    }

    public void Exclude(ReadOnlySpan<string> offerIds)
    {
        foreach (var offerId in offerIds)
        {
            if (_catalogue.TryGetIndex(offerId, out var index)) _excluded.Add(index);
        }
    }

    public void Reset()
    {
        // A result that waits in a pool must not keep a retired catalogue in memory.
        _catalogue = CatalogueSnapshot.Empty;
        _availability = null;
        _scope = default;
        _segmentIds.Clear();
        _chainIds.Clear();
        _consentIds.Clear();
        _segmentLists.Clear();
        _focusIds.Clear();
        _basketKeys.Clear();
        _excluded.Clear();
    }

    public bool IsExcluded(Offer offer) => _excluded.Count > 0 && _excluded.Span.Contains(offer.Index);

    /// <summary>Whether the offer is for the chain of the context or, where that is unknown, for one of the member's chains.</summary>
    public bool IsInChainOf(Offer offer)
    {
        foreach (var id in _chainIds.Span)
        {
            if (offer.ChainIds.BinarySearch(id) >= 0) return true;
        }

        return false;
    }

    /// <summary>Whether the member is known to have given a consent.</summary>
    public bool HasConsent(int consentId) => _consentIds.Span.Contains(consentId);

    /// <summary>Whether the member is known to be in one of the offer's segments.</summary>
    public bool IsInSegmentOf(Offer offer)
    {
        foreach (var id in _segmentIds.Span)
        {
            if (offer.SegmentIds.BinarySearch(id) >= 0) return true;
        }

        return false;
    }

    /// <summary>Whether the offer's category is in focus or the offer covers an item of the basket.</summary>
    public bool IsInFocus(Offer offer)
    {
        if (_focusIds.Span.Contains(offer.CategoryId)) return true;
        foreach (var key in _basketKeys.Span)
        {
            if (_catalogue.OffersOfItem(key).BinarySearch(offer.Index) >= 0) return true;
        }

        return false;
    }

    // Where the member is shopping counts more than where it belongs to.
    private void ReadChains(string chainId)
    {
        if (chainId.Length > 0)
        {
            if (_catalogue.Chains.TryGet(chainId, out var id)) _chainIds.Add(id);
            return;
        }

        foreach (var key in Member.Chains.Span)
        {
            if (_catalogue.ChainKeys.TryGet(key, out var id)) _chainIds.Add(id);
        }
    }

    // The segments of the profile come behind those that the caller names.
    private void ReadProfile(Ladder ladder)
    {
        foreach (var key in Member.Consents.Span)
        {
            if (_catalogue.ConsentKeys.TryGet(key, out var id)) _consentIds.Add(id);
        }

        foreach (var key in Member.Segments.Span)
        {
            if (_catalogue.SegmentKeys.TryGet(key, out var id)) _segmentIds.Add(id);
            if (ladder.TryGetSegment(key, out var list) && !_segmentLists.Span.Contains(list)) _segmentLists.Add(list);
        }
    }

    private void ReadSegments(string segments, Ladder ladder)
    {
        if (segments.Length == 0) return;
        var left = DecisionContext.MaxSegments;
        foreach (var range in segments.AsSpan().Split(DecisionContext.SegmentSeparator))
        {
            var segment = segments.AsSpan(range);
            if (segment.IsEmpty) continue;
            if (left-- == 0) break;
            if (_catalogue.Segments.TryGet(segment, out var id)) _segmentIds.Add(id);

            // A segment named twice is one rung, not two.
            if (ladder.TryGetSegment(segment, out var list) && !_segmentLists.Span.Contains(list)) _segmentLists.Add(list);
        }
    }
}
