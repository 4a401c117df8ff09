namespace DecisionServer.Engine;

/// <summary>Rung of the fallback ladder an offer came from. The values are those of decisionserver.v1.OfferSource.</summary>
public enum OfferSource : byte
{
    /// <summary>The member's own offer set.</summary>
    Member = 1,

    /// <summary>The list of a segment the member is in.</summary>
    Segment = 2,

    /// <summary>The list for everybody.</summary>
    Global = 3,
}
