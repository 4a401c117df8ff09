using DecisionServer.Engine;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Tests.Services.Decisions;

/// <summary>A decision as the message that the generated classes make of it: what the encoder is compared with.</summary>
internal static class OrdinaryAnswer
{
    public static V1.NextBestOffersResponse Of(DecisionResult result, string decisionId, bool omitsContent, uint lagMilliseconds)
    {
        var response = new V1.NextBestOffersResponse
        {
            DecisionId = decisionId,
            GenerationId = result.GenerationId,
            AvailabilityEpoch = result.AvailabilityEpoch,
            LagMs = lagMilliseconds,
        };
        response.Placements.Capacity = result.PlacementCount;
        for (var i = 0; i < result.PlacementCount; i++) response.Placements.Add(Write(result.Placement(i)));
        if (!omitsContent) return response;
        foreach (var offer in response.Placements.SelectMany(placement => placement.Offers)) offer.Content.Clear();
        return response;
    }

    private static V1.PlacementDecision Write(PlacementResult result)
    {
        var slot = new V1.PlacementDecision { Placement = result.Placement.Name, Shortfall = result.Shortfall };
        slot.Offers.Capacity = result.Offers.Length;
        foreach (ref readonly var offer in result.Offers) slot.Offers.Add(Write(offer, slot.Offers.Count + 1));
        if (result.Candidates.IsEmpty) return slot;
        slot.Candidates.Capacity = result.Candidates.Length;
        var withParts = result.Placement.Strategy != Store.PlacementStrategy.Affinity;
        foreach (ref readonly var candidate in result.Candidates) slot.Candidates.Add(Write(candidate, withParts));
        return slot;
    }

    private static V1.DecidedOffer Write(in ChosenOffer chosen, int rank)
    {
        var offer = new V1.DecidedOffer
        {
            OfferId = chosen.Offer.OfferId,
            Rank = rank,
            Score = chosen.Score,
            Source = (V1.OfferSource)chosen.Source,
            Activated = chosen.IsActivated,
        };
        if (chosen.PriceMinor is { } price) offer.PriceMinor = price;
        if (chosen.ValidUntilTicks != long.MaxValue) offer.ValidUntil = Timestamp.FromDateTime(new DateTime(chosen.ValidUntilTicks, DateTimeKind.Utc));
        WriteContent(chosen.Offer.Config, offer.Content);
        return offer;
    }

    private static void WriteContent(Store.OfferConfig offer, MapField<string, string> content)
    {
        Put("title", offer.Title);
        Put("category", offer.Category);
        Put("brand", offer.Brand);
        Put("campaign_id", offer.CampaignId);
        Put("department", offer.Department);

        // Last, so that a text the retailer wrote for answers wins over the field of the same name.
        foreach (var (key, value) in offer.Content) content[key] = value;

        void Put(string key, string value)
        {
            if (value.Length > 0) content.Add(key, value);
        }
    }

    private static V1.Candidate Write(in JudgedOffer judged, bool withParts)
    {
        var candidate = new V1.Candidate
        {
            OfferId = judged.Offer.OfferId,
            Score = judged.Score,
            Reason = (V1.Reason)judged.Reason,
            Source = (V1.OfferSource)judged.Source,
        };
        candidate.ScoreParts.Add("propensity", judged.Parts.Propensity);
        if (!withParts) return candidate;
        candidate.ScoreParts.Add("context", judged.Parts.Context);
        candidate.ScoreParts.Add("value", judged.Parts.Value);
        candidate.ScoreParts.Add("boost", judged.Parts.Boost);
        return candidate;
    }
}
