using System.Collections.ObjectModel;

namespace DecisionServer.Store;

/// <summary>An offer of a ladder list with its score.</summary>
/// <param name="OfferId">Id of the offer; the current catalogue need not hold it.</param>
/// <param name="Score">Finite, higher is better.</param>
public sealed record ScoredOfferConfig(string OfferId, float Score);

/// <summary>The fallback ladder as configured: a list for each segment, and one for everybody.</summary>
public sealed record LadderConfig
{
    /// <summary>Most segments with a list.</summary>
    public const int MaxSegments = 10_000;

    /// <summary>Most offers of a segment's list.</summary>
    public const int MaxSegmentOffers = 200;

    /// <summary>Most offers of the list for everybody.</summary>
    public const int MaxGlobalOffers = 1_000;

    /// <summary>Nothing configured.</summary>
    public static LadderConfig Empty { get; } = new();

    /// <summary>Lists by segment, in any order, each offer once.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ScoredOfferConfig>> Segments { get; init; } =
        ReadOnlyDictionary<string, IReadOnlyList<ScoredOfferConfig>>.Empty;

    /// <summary>The list for everybody, in any order, each offer once. Empty: the generation's most scored offers.</summary>
    public IReadOnlyList<ScoredOfferConfig> Global { get; init; } = [];
}
