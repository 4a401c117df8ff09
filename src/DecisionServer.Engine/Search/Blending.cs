using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>Brings signals to 0..1, blends them by the weights of the placement and sorts.</summary>
internal static class Blending
{
    public static void Fill(SearchRequest request, SearchResult result, in SearchWeights weights)
    {
        var signals = result.Signals.Span;
        if (signals.IsEmpty) return;

        // 1. The best of each signal among the candidates is 1.
        float item = 0, category = 0, brand = 0;
        foreach (ref readonly var signal in signals)
        {
            item = Math.Max(item, signal.Item);
            category = Math.Max(category, signal.Category);
            brand = Math.Max(brand, signal.Brand);
        }

        // 2. Blend. A demoted item loses more than all signals together can give, so that it goes behind every available one.
        var penalty = -(1f + weights.Relevance + weights.Item + weights.Category + weights.Brand + weights.Offer + weights.Activated);
        var order = result.Order;
        order.Clear();
        for (var place = 0; place < signals.Length; place++)
        {
            ref var signal = ref signals[place];
            signal.Parts = new SearchParts(
                weights.Relevance * Relevance(signals, place),
                weights.Item * Share(signal.Item, item),
                weights.Category * Share(signal.Category, category),
                weights.Brand * Share(signal.Brand, brand),
                signal.Offer is null ? 0f : weights.Offer,
                signal.IsActivated ? weights.Activated : 0f,
                signal.IsUnavailable ? penalty : 0f);
            signal.Score = Sum(signal.Parts);
            order.Add(signal.Score, place);
        }

        // 3. Sort; equal scores keep the caller's order.
        order.Sort();
        var wanted = request.Count == 0 ? signals.Length : Math.Min(request.Count, signals.Length);
        for (var rank = 0; rank < wanted; rank++)
        {
            ref readonly var signal = ref signals[order[rank]];
            result.Ordered.Add(new OrderedItem(signal.Index, signal.Score, signal.Offer, signal.Parts));
        }
    }

    // The envelope falls from the first to the last place, so these are its highest and lowest value. Where all are equal the
    // order alone counts, and falls as the attention of readers does.
    private static float Relevance(ReadOnlySpan<SearchSignals> signals, int place)
    {
        double highest = signals[0].Relevance, lowest = signals[^1].Relevance;
        return highest > lowest ? (float)((signals[place].Relevance - lowest) / (highest - lowest)) : 1f / (place + 1);
    }

    private static float Share(float signal, float best) => best > 0 ? signal / best : 0f;

    private static float Sum(in SearchParts parts) =>
        parts.Relevance + parts.Item + parts.Category + parts.Brand + parts.Offer + parts.Activated + parts.Availability;
}
