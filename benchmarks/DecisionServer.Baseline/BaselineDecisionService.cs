using DecisionServer.V1;
using Grpc.Core;
using StackExchange.Redis;

namespace DecisionServer.Baseline;

/// <summary>Next best offers the obvious way: one GET, then filter, sort and answer.</summary>
internal sealed class BaselineDecisionService(IDatabase redis, Catalogue catalogue, UnavailableOffers unavailable, TimeProvider clock)
    : DecisionService.DecisionServiceBase
{
    private const string DefaultPlacement = "default";
    private const int DefaultCount = 10;

    /// <inheritdoc/>
    public override async Task<NextBestOffersResponse> NextBestOffers(NextBestOffersRequest request, ServerCallContext context)
    {
        if (request.MemberId.Length == 0) throw new RpcException(new Status(StatusCode.InvalidArgument, "member_id is empty"));
        var set = (byte[]?)await redis.StringGetAsync(RedisLayout.Set(catalogue.Generation, request.MemberId)) ?? [];
        var ranked = Rank(set, request);

        var response = new NextBestOffersResponse { DecisionId = Guid.NewGuid().ToString("N"), GenerationId = catalogue.Generation };
        var next = 0;
        if (request.Placements.Count == 0) response.Placements.Add(Fill(DefaultPlacement, DefaultCount));
        foreach (var placement in request.Placements) response.Placements.Add(Fill(placement.Placement, placement.Count == 0 ? DefaultCount : placement.Count));
        return response;

        PlacementDecision Fill(string name, int count)
        {
            var decision = new PlacementDecision { Placement = name };
            for (; next < ranked.Count && decision.Offers.Count < count; next++) decision.Offers.Add(Answer(ranked[next], decision.Offers.Count + 1));
            decision.Shortfall = count - decision.Offers.Count;
            return decision;
        }
    }

    private List<(CatalogueOffer Offer, float Score)> Rank(byte[] set, NextBestOffersRequest request)
    {
        var now = clock.GetUtcNow();
        var candidates = new List<(CatalogueOffer Offer, float Score)>(RedisLayout.Count(set));
        for (var i = 0; i < RedisLayout.Count(set); i++)
        {
            var (index, score) = RedisLayout.Read(set, i);
            var offer = catalogue.Offers[index];
            if (now < offer.ValidFrom || now >= offer.ValidUntil || unavailable.Contains(offer.Offer.OfferId)) continue;
            if (request.HasMinScore && score < request.MinScore) continue;
            if (request.ExcludeOfferIds.Count > 0 && request.ExcludeOfferIds.Contains(offer.Offer.OfferId)) continue;
            candidates.Add((offer, score));
        }

        candidates.Sort(static (a, b) => b.Score.CompareTo(a.Score) is var byScore and not 0
            ? byScore
            : string.CompareOrdinal(a.Offer.Offer.OfferId, b.Offer.Offer.OfferId));
        return candidates;
    }

    private static DecidedOffer Answer((CatalogueOffer Offer, float Score) ranked, int rank)
    {
        var (offer, score) = ranked;
        var answer = new DecidedOffer { OfferId = offer.Offer.OfferId, Rank = rank, Score = score, Source = OfferSource.Member };
        if (offer.Offer.HasPriceMinor) answer.PriceMinor = offer.Offer.PriceMinor;
        if (offer.Offer.ValidUntil is { } until) answer.ValidUntil = until;
        foreach (var (key, value) in offer.Content) answer.Content.Add(key, value);
        return answer;
    }
}
