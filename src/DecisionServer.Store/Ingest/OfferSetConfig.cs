namespace DecisionServer.Store;

/// <summary>An affinity as its sender wrote it.</summary>
/// <param name="Kind">What the key names.</param>
/// <param name="Key">Item id, category, brand or chain id; 1 to 64 bytes of UTF-8.</param>
/// <param name="Score">Finite.</param>
public readonly record struct AffinityConfig(AffinityKind Kind, string Key, float Score);

/// <summary>A member's offer set as its sender wrote it.</summary>
/// <param name="MemberId">1 to 64 bytes of UTF-8.</param>
/// <param name="Offers">At most 64, each once, in any order.</param>
/// <param name="Affinities">At most 64, each kind and key once.</param>
public sealed record OfferSetConfig(string MemberId, IReadOnlyList<ScoredOfferConfig> Offers, IReadOnlyList<AffinityConfig> Affinities);
