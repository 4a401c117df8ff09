using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>Writes a search ranking as its message.</summary>
internal static class RankSearchWriter
{
    public static V1.RankSearchResponse Write(SearchRequest request, SearchResult result, bool degraded, bool explain, string decisionId)
    {
        var response = new V1.RankSearchResponse
        {
            DecisionId = decisionId,
            GenerationId = result.GenerationId,
            AvailabilityEpoch = result.AvailabilityEpoch,
            Degraded = degraded,
        };
        response.Items.Capacity = result.Items.Length;
        foreach (ref readonly var ordered in result.Items)
        {
            var item = new V1.RankedItem
            {
                ItemId = request.Items[ordered.Index].ItemId,
                Rank = response.Items.Count + 1,
                BaseRank = ordered.Index + 1,
                Score = ordered.Score,
                OfferId = ordered.Offer?.OfferId ?? "",
            };
            if (explain && !degraded) WriteParts(ordered.Parts, item);
            response.Items.Add(item);
        }

        return response;
    }

    private static void WriteParts(in SearchParts parts, V1.RankedItem item)
    {
        item.ScoreParts.Add("relevance", parts.Relevance);
        item.ScoreParts.Add("item", parts.Item);
        item.ScoreParts.Add("category", parts.Category);
        item.ScoreParts.Add("brand", parts.Brand);
        item.ScoreParts.Add("offer", parts.Offer);
        item.ScoreParts.Add("activated", parts.Activated);
        item.ScoreParts.Add("availability", parts.Availability);
    }
}
