using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>The strategies: how a placement turns the parts of a score into the score.</summary>
internal static class Scoring
{
    /// <summary>The score of some parts under a placement's strategy: finite whatever the parts are.</summary>
    public static float Score(Placement placement, in ScoreParts parts)
    {
        var weights = placement.Weights;

        // In double: products of the largest allowed factors overflow a float, and infinity times 0 would be NaN, which has no order.
        var score = placement.Strategy switch
        {
            PlacementStrategy.Arbitration => (double)parts.Propensity * parts.Context * parts.Value * parts.Boost,
            PlacementStrategy.Weighted => ((double)weights.Propensity * parts.Propensity) + ((double)weights.Context * parts.Context)
                + ((double)weights.Value * parts.Value) + ((double)weights.Boost * parts.Boost),
            _ => parts.Propensity,
        };
        return (float)Math.Clamp(score, -float.MaxValue, float.MaxValue);
    }

    /// <summary>The score of a candidate in a placement.</summary>
    public static float Score(Placement placement, Situation situation, ref PooledCandidate candidate) =>
        placement.Strategy == PlacementStrategy.Affinity ? candidate.Propensity : Score(placement, Parts(placement, situation, ref candidate));

    /// <summary>The parts of a candidate's score in a placement.</summary>
    public static ScoreParts Parts(Placement placement, Situation situation, ref PooledCandidate candidate)
    {
        var offer = candidate.Offer;
        candidate.IsInFocus ??= situation.IsInFocus(offer);
        return new ScoreParts(candidate.Propensity, candidate.IsInFocus.Value ? placement.ContextLift : 1f, offer.Value, offer.Boost);
    }
}
