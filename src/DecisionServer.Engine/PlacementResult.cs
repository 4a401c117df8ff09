using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>An offer to show.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Score">Score under the placement's strategy.</param>
/// <param name="Source">Rung of the ladder it came from.</param>
/// <param name="PriceMinor">Price in the smallest unit of the currency: live, else the catalogue's. Null: unknown.</param>
/// <param name="ValidUntilTicks">First instant at which it may no longer be shown, in UTC ticks. <see cref="long.MaxValue"/>: no end.</param>
/// <param name="IsActivated">The member has activated it.</param>
public readonly record struct ChosenOffer(Offer Offer, float Score, OfferSource Source, long? PriceMinor, long ValidUntilTicks, bool IsActivated);

/// <summary>A candidate and what became of it.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Score">Score under the placement's strategy.</param>
/// <param name="Parts">What the score was made of.</param>
/// <param name="Reason">Why it was or was not shown.</param>
/// <param name="Source">Rung of the ladder it stands on.</param>
public readonly record struct JudgedOffer(Offer Offer, float Score, ScoreParts Parts, Reason Reason, OfferSource Source);

/// <summary>One filled slot.</summary>
public sealed class PlacementResult
{
    private readonly ReusableList<ChosenOffer> _offers = new();
    private readonly ReusableList<JudgedOffer> _candidates = new();
    private Placement? _placement;

    /// <summary>The placement that was filled.</summary>
    public Placement Placement => _placement ?? throw new InvalidOperationException("The result has been reset.");

    /// <summary>Offers wanted.</summary>
    public int Wanted { get; private set; }

    /// <summary>Offers, best first.</summary>
    public ReadOnlySpan<ChosenOffer> Offers => _offers.Span;

    /// <summary>How many offers are missing because no valid candidate was left. 0 or more.</summary>
    public int Shortfall => Wanted - _offers.Count;

    /// <summary>Every candidate in ranked order, where the request asked to explain. Else empty.</summary>
    public ReadOnlySpan<JudgedOffer> Candidates => _candidates.Span;

    internal bool IsFull => _offers.Count >= Wanted;

    internal void Begin(Placement placement, int wanted) => (_placement, Wanted) = (placement, wanted);

    internal void Show(in ChosenOffer offer) => _offers.Add(offer);

    internal void Explain(in JudgedOffer candidate) => _candidates.Add(candidate);

    internal void Reset()
    {
        _placement = null;
        Wanted = 0;
        _offers.Clear();
        _candidates.Clear();
    }
}
