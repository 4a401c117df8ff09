using System.Diagnostics.CodeAnalysis;

namespace DecisionServer.Store;

/// <summary>The fallback ladder on one catalogue: segment lists and the list for everybody. Immutable.</summary>
public sealed class Ladder
{
    private readonly Dictionary<string, LadderList> _segments;
    private readonly Dictionary<ulong, LadderList> _byKey;
    private readonly Dictionary<string, LadderList>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    private Ladder(Dictionary<string, LadderList> segments, LadderList global)
    {
        _segments = segments;
        _bySpan = segments.GetAlternateLookup<ReadOnlySpan<char>>();
        _byKey = new Dictionary<ulong, LadderList>(segments.Count);
        foreach (var (segment, list) in segments) _byKey[NameKey.From(segment)] = list;
        Global = global;
    }

    /// <summary>A ladder without any rung.</summary>
    public static Ladder Empty { get; } = new(new(StringComparer.Ordinal), LadderList.Empty);

    /// <summary>The list for everybody.</summary>
    public LadderList Global { get; }

    /// <summary>
    /// Compiles a ladder. Offers the catalogue does not hold are left out (they may come with the next one).
    /// </summary>
    /// <param name="config">The lists as configured.</param>
    /// <param name="catalogue">The catalogue that the indexes are of.</param>
    /// <param name="popular">The generation's most scored offers, each once: the list for everybody where none is configured.</param>
    public static Ladder Build(LadderConfig config, CatalogueSnapshot catalogue, ReadOnlySpan<(int OfferIndex, float Score)> popular)
    {
        var segments = new Dictionary<string, LadderList>(config.Segments.Count, StringComparer.Ordinal);
        foreach (var (segment, offers) in config.Segments)
        {
            var list = Compile(offers, catalogue, LadderConfig.MaxSegmentOffers);
            if (list.Count > 0) segments.Add(segment, list);
        }

        var global = config.Global.Count == 0
            ? LadderList.From(popular.ToArray(), catalogue, LadderConfig.MaxGlobalOffers)
            : Compile(config.Global, catalogue, LadderConfig.MaxGlobalOffers);
        return new Ladder(segments, global);
    }

    /// <summary>The list of a segment; false where it has none.</summary>
    public bool TryGetSegment(string segment, [MaybeNullWhen(false)] out LadderList list) => _segments.TryGetValue(segment, out list);

    /// <summary>The list of a segment; false where it has none.</summary>
    public bool TryGetSegment(ReadOnlySpan<char> segment, [MaybeNullWhen(false)] out LadderList list) => _bySpan.TryGetValue(segment, out list);

    /// <summary>The list of a segment by its key (<see cref="NameKey"/>); false where it has none.</summary>
    public bool TryGetSegment(ulong key, [MaybeNullWhen(false)] out LadderList list) => _byKey.TryGetValue(key, out list);

    private static LadderList Compile(IReadOnlyList<ScoredOfferConfig> offers, CatalogueSnapshot catalogue, int max)
    {
        var known = new List<(int, float)>(offers.Count);
        foreach (var offer in offers)
        {
            if (catalogue.TryGetIndex(offer.OfferId, out var index)) known.Add((index, offer.Score));
        }

        return LadderList.From([.. known], catalogue, max);
    }
}
