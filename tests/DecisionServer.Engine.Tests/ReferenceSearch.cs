using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

/// <summary>What a search ranking must be, written from the contract with plain LINQ; shares no code with the engine.</summary>
internal sealed class ReferenceSearch(Scenario scenario)
{
    private readonly ReferenceAvailability _availability = new(scenario.Updates);
    private readonly ReferenceDecision _decision = new(scenario);

    public sealed record Place(string ItemId, float Score, string? OfferId);

    private sealed record Found(SearchItem Item, bool IsAvailable, float Relevance, float ItemLiking, float CategoryLiking, float BrandLiking, string? Best, string? Activated)
    {
        public string? OfferId => Activated ?? Best;
    }

    public List<Place> Rank(SearchRequest request)
    {
        var placement = scenario.Placements.Single(config => config.Name == "search");
        var given = placement.SearchWeights ?? new SearchWeightsConfig();
        var (relevance, item, category, brand, offer, activated) = (given.Relevance ?? 1f, given.Item ?? 1.5f, given.Category ?? 0.1f, given.Brand ?? 0.1f, given.Offer ?? 0.05f, given.Activated ?? 0.1f);
        var member = scenario.Sets.SingleOrDefault(set => set.MemberId == request.MemberId);

        var kept = request.Items.Span.ToArray()
            .Select(found => (Item: found, IsAvailable: _availability.JudgeItem(found.ItemId, request.Context.ChainId, request.Context.StoreId, Scenario.Now) == AvailabilityVerdict.Available))
            .Where(found => found.IsAvailable || placement.UnavailableItems == UnavailableItems.Demote)
            .ToList();
        var founds = kept.Select((found, place) => new Found(
            found.Item, found.IsAvailable,
            kept.Take(place + 1).Min(earlier => earlier.Item.Relevance),
            Liking(member, AffinityKind.Item, found.Item.ItemId),
            Liking(member, AffinityKind.Category, Known(found.Item.Category, found.Item.ItemId, covering => covering.Category)),
            Liking(member, AffinityKind.Brand, Known(found.Item.Brand, found.Item.ItemId, covering => covering.Brand)),
            BestOffer(member, found.Item.ItemId, request, placement), ActivatedOffer(found.Item.ItemId, request, placement))).ToList();

        var ranked = founds
            .Select((found, place) => new Place(
                found.Item.ItemId,
                (relevance * RelevanceSignal(founds, place))
                    + (item * Share(found.ItemLiking, founds.Max(other => other.ItemLiking)))
                    + (category * Share(found.CategoryLiking, founds.Max(other => other.CategoryLiking)))
                    + (brand * Share(found.BrandLiking, founds.Max(other => other.BrandLiking)))
                    + (found.OfferId is null ? 0f : offer)
                    + (found.Activated is null ? 0f : activated)
                    + (found.IsAvailable ? 0f : -(1f + relevance + item + category + brand + offer + activated)),
                found.OfferId))
            .OrderByDescending(place => place.Score)
            .ToList();
        return request.Count == 0 ? ranked : [.. ranked.Take(request.Count)];
    }

    private static float RelevanceSignal(List<Found> founds, int place)
    {
        double highest = founds.Max(found => found.Relevance), lowest = founds.Min(found => found.Relevance);
        return highest == lowest ? 1f / (place + 1) : (float)((founds[place].Relevance - lowest) / (highest - lowest));
    }

    private static float Share(float liking, float best) => best > 0 ? liking / best : 0f;

    private static float Liking(OfferSetConfig? member, AffinityKind kind, string key) =>
        member?.Affinities.Where(affinity => affinity.Kind == kind && affinity.Key == key).Select(affinity => affinity.Score).SingleOrDefault() ?? 0f;

    private string Known(string given, string itemId, Func<OfferConfig, string> field) =>
        given != "" ? given : scenario.Offers.Where(offer => offer.ItemIds.Contains(itemId)).Select(field).FirstOrDefault(value => value != "") ?? "";

    private string? ActivatedOffer(string itemId, SearchRequest request, PlacementConfig placement) =>
        scenario.Offers.FirstOrDefault(offer => offer.ItemIds.Contains(itemId)
            && _decision.Member(request.MemberId).Activated.Contains(offer.OfferId) && MayUse(offer, request, placement))?.OfferId;

    private bool MayUse(OfferConfig offer, SearchRequest request, PlacementConfig placement) =>
        _decision.Filter(offer, request.MemberId, request.Context) is null
        && _decision.Standing(offer, request.MemberId, request.Context, placement, moveOut: false) is null;

    private string? BestOffer(OfferSetConfig? member, string itemId, SearchRequest request, PlacementConfig placement) =>
        ReferenceDecision.InOrder(member?.Offers ?? [], scored => scored.Score, scored => scored.OfferId)
            .Select(scored => scenario.Offers.Single(offer => offer.OfferId == scored.OfferId))
            .FirstOrDefault(offer => offer.ItemIds.Contains(itemId) && MayUse(offer, request, placement))?.OfferId;
}
