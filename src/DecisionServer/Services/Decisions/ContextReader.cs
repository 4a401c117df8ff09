using DecisionServer.Engine;

namespace DecisionServer.Services.Decisions;

/// <summary>Checks a request's context against the limits of the contract and hands it to the engine.</summary>
internal static class ContextReader
{
    /// <summary>Attribute that names segments of the member.</summary>
    public const string SegmentsAttribute = "segments";

    public static void Read(V1.Context? from, DecisionContext into)
    {
        if (from is null) return;
        into.Channel = Ids.Optional(from.Channel, "context.channel");
        into.ChainId = Ids.Optional(from.ChainId, "context.chain_id");
        into.StoreId = Ids.Optional(from.StoreId, "context.store_id");
        Ids.Optional(from.Locale, "context.locale");

        Ids.Count(from.BasketItemIds.Count, "context.basket_item_ids", 200);
        for (var i = 0; i < from.BasketItemIds.Count; i++)
            into.BasketItemIds.Add(Ids.Require(from.BasketItemIds[i], "context.basket_item_ids", i));

        Ids.Count(from.FocusCategories.Count, "context.focus_categories", 50);
        for (var i = 0; i < from.FocusCategories.Count; i++)
            into.FocusCategories.Add(Ids.Require(from.FocusCategories[i], "context.focus_categories", i));

        if (from.Attributes.Count > 0) ReadAttributes(from, into);
    }

    private static void ReadAttributes(V1.Context from, DecisionContext into)
    {
        Ids.Count(from.Attributes.Count, "context.attributes", 50);
        foreach (var (key, value) in from.Attributes)
        {
            Ids.Require(key, "context.attributes (a key)");
            Ids.Text(value, $"context.attributes[\"{key}\"]", 256);
        }

        if (from.Attributes.TryGetValue(SegmentsAttribute, out var segments)) into.Segments = Segments(segments);
    }

    private static string Segments(string segments)
    {
        var count = 0;
        foreach (var range in segments.AsSpan().Split(DecisionContext.SegmentSeparator))
        {
            if (!segments.AsSpan(range).IsEmpty) count++;
        }

        return count <= DecisionContext.MaxSegments
            ? segments
            : throw Errors.InvalidArgument($"context.attributes[\"{SegmentsAttribute}\"]", $"names {count} segments, at most {DecisionContext.MaxSegments} are allowed");
    }
}
