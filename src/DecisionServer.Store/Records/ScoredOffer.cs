namespace DecisionServer.Store;

/// <summary>An offer of a catalogue with a member's score.</summary>
/// <param name="OfferIndex">Index in the catalogue, from 0.</param>
/// <param name="Score">Finite; higher is better.</param>
public readonly record struct ScoredOffer(int OfferIndex, float Score);

/// <summary>An affinity of a member.</summary>
/// <param name="Key">From <see cref="AffinityKey"/>.</param>
/// <param name="Score">Finite; higher is better.</param>
public readonly record struct ScoredAffinity(ulong Key, float Score);
