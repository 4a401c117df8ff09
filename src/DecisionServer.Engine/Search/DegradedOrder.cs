using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>The answer when the time is up: the caller's order. What is not available is dropped or goes last even then.</summary>
internal static class DegradedOrder
{
    public static void Fill(SearchRequest request, SearchResult result, bool dropUnavailable)
    {
        var wanted = request.Count == 0 ? request.Items.Count : request.Count;
        Append(request, result, wanted, areAvailable: true);
        if (!dropUnavailable) Append(request, result, wanted, areAvailable: false);
    }

    private static void Append(SearchRequest request, SearchResult result, int wanted, bool areAvailable)
    {
        var situation = result.Situation;
        for (var i = 0; i < request.Items.Count && result.Ordered.Count < wanted; i++)
        {
            var verdict = situation.Availability.JudgeItem(ItemKey.From(request.Items[i].ItemId), situation.Scope, situation.NowTicks);
            if (verdict == AvailabilityVerdict.Available == areAvailable) result.Ordered.Add(new OrderedItem(i, 0f, null, default));
        }
    }
}
