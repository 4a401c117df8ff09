using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>Ranks search results for a member: the caller's relevance blended with what the member likes and may have now.</summary>
internal sealed class SearchRanker(Serving serving, TimeProvider clock, EngineOptions options)
{
    // Often enough to end within some 50 microseconds of the deadline, seldom enough to cost nothing.
    private const int ItemsBetweenTimeChecks = 128;
    private readonly long _reserve = (long)(options.SearchReserve.TotalSeconds * clock.TimestampFrequency);

    public SearchOutcome Rank(ServingState state, SearchRequest request, SearchResult result)
    {
        // 1. Note what the answer is made from; the epoch before anything is judged.
        result.GenerationId = state.Generation.Id;
        result.AvailabilityEpoch = state.Availability.Epoch;
        var situation = result.Situation;
        var member = MemberKey.From(request.MemberId);
        if (serving.Shards is { } shards && !shards.Holds(member)) return SearchOutcome.OtherShard;
        if (serving.Members is { } members) members.Store.TryRead(member, situation.Member);
        situation.Begin(state, request.Context, clock.GetUtcNow().UtcTicks);
        result.Capping.Begin(state, serving.Members, member, request.Context.Channel, situation.NowTicks, isDry: true);

        // 2. Read the member's affinities and offer set. An unknown member has none: the caller's order stays.
        MemberSets.ReadAffinities(state, member, result.Affinities);
        MemberSets.ReadOffers(state, member, result.OfferSet);
        Array.Clear(result.Eligibility);

        // 3. Collect the signals of each item, and drop what is not available where the placement says so.
        var settings = state.Placements.Search;
        if (!TryCollect(request, result, settings, settings.UnavailableItems == UnavailableItems.Drop))
        {
            DegradedOrder.Fill(request, result, settings.UnavailableItems == UnavailableItems.Drop);
            return SearchOutcome.Degraded;
        }

        // 4. Bring each signal to 0..1 among the candidates, blend, sort.
        Blending.Fill(request, result, settings.Search);
        return SearchOutcome.Ranked;
    }

    private bool TryCollect(SearchRequest request, SearchResult result, Placement placement, bool dropUnavailable)
    {
        Span<ulong> keys = stackalloc ulong[AffinityTable.Slots];
        Span<float> scores = stackalloc float[AffinityTable.Slots];
        keys.Clear();
        var affinities = new AffinityTable(result.Affinities, keys, scores);
        var situation = result.Situation;
        var latest = request.Deadline == long.MaxValue ? long.MaxValue : request.Deadline - _reserve;
        var relevance = float.MaxValue;
        var items = request.Items.Span;
        for (var i = 0; i < items.Length; i++)
        {
            if (i % ItemsBetweenTimeChecks == 0 && latest != long.MaxValue && clock.GetTimestamp() >= latest) return false;
            ref readonly var item = ref items[i];
            var itemKey = ItemKey.From(item.ItemId);
            var isUnavailable = situation.Availability.JudgeItem(itemKey, situation.Scope, situation.NowTicks) != AvailabilityVerdict.Available;
            if (isUnavailable && dropUnavailable) continue;

            // The lowest relevance so far instead of the item's own: whatever the caller's figures are, items without
            // further signals keep the caller's order.
            relevance = Math.Min(relevance, item.Relevance);
            var covering = situation.Catalogue.OffersOfItem(itemKey);
            var offer = PersonalOffers.Find(result, placement, covering, out var isActivated);
            result.Signals.Add(new SearchSignals
            {
                Index = i,
                Relevance = relevance,
                Item = affinities.Of(AffinityKind.Item, item.ItemId),
                Category = affinities.IsEmpty ? 0f : affinities.Of(AffinityKind.Category, CategoryOf(item, covering, situation.Catalogue)),
                Brand = affinities.IsEmpty ? 0f : affinities.Of(AffinityKind.Brand, BrandOf(item, covering, situation.Catalogue)),
                Offer = offer,
                IsActivated = isActivated,
                IsUnavailable = isUnavailable,
            });
        }

        return true;
    }

    private static string CategoryOf(in SearchItem item, ReadOnlySpan<int> covering, CatalogueSnapshot catalogue)
    {
        if (item.Category.Length > 0) return item.Category;
        foreach (var index in covering)
        {
            if (catalogue[index].CategoryId >= 0) return catalogue[index].Config.Category;
        }

        return "";
    }

    private static string BrandOf(in SearchItem item, ReadOnlySpan<int> covering, CatalogueSnapshot catalogue)
    {
        if (item.Brand.Length > 0) return item.Brand;
        foreach (var index in covering)
        {
            if (catalogue[index].BrandId >= 0) return catalogue[index].Config.Brand;
        }

        return "";
    }
}
