namespace DecisionServer.Engine;

/// <summary>
/// Why a candidate was or was not shown. The values are those of decisionserver.v1.Reason, and filters run in their order: a
/// candidate that fails several has the first of them as its reason.
/// </summary>
public enum Reason : byte
{
    /// <summary>Not judged yet; never in a result.</summary>
    Unspecified = 0,

    /// <summary>Shown in this placement.</summary>
    Shown = 1,

    /// <summary>Before the offer's (or its availability's) first valid instant.</summary>
    NotYetValid = 2,

    /// <summary>At or after the end of its validity.</summary>
    Expired = 3,

    /// <summary>Switched off: the offer itself, or every item it covers.</summary>
    Unavailable = 4,

    /// <summary>Stock is 0: of the offer itself, or of every item it covers.</summary>
    OutOfStock = 5,

    /// <summary>Restricted to other channels.</summary>
    WrongChannel = 6,

    /// <summary>Restricted to other chains.</summary>
    WrongChain = 7,

    /// <summary>Restricted to other stores.</summary>
    WrongStore = 8,

    /// <summary>The member is not known to have given the consent that the offer needs.</summary>
    ConsentMissing = 9,

    /// <summary>The member is not known to be in one of the offer's segments.</summary>
    Segment = 10,

    /// <summary>The member has activated it already, and the placement moves activated offers out.</summary>
    AlreadyActivated = 11,

    /// <summary>The member has redeemed it.</summary>
    Redeemed = 12,

    /// <summary>A cap per member is reached.</summary>
    CappedMember = 13,

    /// <summary>A cap in total is reached.</summary>
    CappedTotal = 14,

    /// <summary>Excluded by the request.</summary>
    Excluded = 15,

    /// <summary>Below the minimum score.</summary>
    BelowMinScore = 16,

    /// <summary>Shown in an earlier placement of this answer, or already a candidate from a higher rung of the ladder.</summary>
    Duplicate = 17,

    /// <summary>Enough offers of its category or brand rank above it.</summary>
    Diversity = 18,

    /// <summary>Valid, but enough offers rank above it.</summary>
    RankedOut = 19,
}
