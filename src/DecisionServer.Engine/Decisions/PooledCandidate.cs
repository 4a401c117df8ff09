using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>A candidate of a decision. What is found out about it once holds for every placement of the answer.</summary>
internal struct PooledCandidate
{
    public Offer Offer;

    /// <summary>Its score in the offer set or ladder list.</summary>
    public float Propensity;

    /// <summary>What <see cref="Engine.Eligibility"/> says; <see cref="Reason.Unspecified"/>: not asked yet.</summary>
    public Reason Eligibility;

    /// <summary>Whether the member has activated it. Found out together with <see cref="Eligibility"/>.</summary>
    public bool IsActivated;

    /// <summary>Whether the member has redeemed it. Found out together with <see cref="Eligibility"/>.</summary>
    public bool IsRedeemed;

    /// <summary>Whether focus or basket match; null: not asked yet.</summary>
    public bool? IsInFocus;

    /// <summary>Already a candidate from a higher rung.</summary>
    public bool IsRepeated;

    /// <summary>Shown in a placement of this answer.</summary>
    public bool IsShown;
}
