using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>What an item's score is the sum of: each signal, brought to 0..1, times its weight.</summary>
/// <param name="Relevance">The caller's relevance.</param>
/// <param name="Item">The member's affinity for the item.</param>
/// <param name="Category">The member's affinity for its category.</param>
/// <param name="Brand">The member's affinity for its brand.</param>
/// <param name="Offer">A personal offer covers it.</param>
/// <param name="Activated">The member has activated an offer that covers it.</param>
/// <param name="Availability">0, or negative where the item is not available and therefore demoted.</param>
public readonly record struct SearchParts(float Relevance, float Item, float Category, float Brand, float Offer, float Activated, float Availability);

/// <summary>An item in its place.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Score">Blended score, higher is better. 0 in a degraded answer.</param>
/// <param name="Offer">An offer the member has activated, else the best one of its own set, that covers the item and may be shown now. Null: none, or degraded.</param>
/// <param name="Parts">What the score is made of.</param>
public readonly record struct OrderedItem(int Index, float Score, Offer? Offer, SearchParts Parts);

/// <summary>The answer to a <see cref="SearchRequest"/>, with the working memory of the ranking. Reusable, for one ranking at a time.</summary>
public sealed class SearchResult
{
    /// <summary>Generation the answer was made from.</summary>
    public string GenerationId { get; internal set; } = "";

    /// <summary>Every availability update up to this epoch was taken into account.</summary>
    public ulong AvailabilityEpoch { get; internal set; }

    /// <summary>Items, best first.</summary>
    public ReadOnlySpan<OrderedItem> Items => Ordered.Span;

    internal ReusableList<OrderedItem> Ordered { get; } = new();

    internal ReusableList<SearchSignals> Signals { get; } = new();

    internal OfferSetBuffer OfferSet { get; } = new();

    internal AffinityBuffer Affinities { get; } = new();

    internal Reason[] Eligibility { get; } = new Reason[OfferSetBuffer.Capacity];

    internal Situation Situation { get; } = new();

    internal Capping Capping { get; } = new();

    internal RankOrder Order { get; } = new();

    /// <summary>Lets go of everything the last ranking referred to. Call it before the result goes back to a pool.</summary>
    public void Reset()
    {
        GenerationId = "";
        AvailabilityEpoch = 0;
        Ordered.Clear();
        Signals.Clear();
        Situation.Reset();
        Capping.Reset();
    }
}
