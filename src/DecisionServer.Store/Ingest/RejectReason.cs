namespace DecisionServer.Store;

/// <summary>Why an offer set was refused. Values are those of the contract's enum.</summary>
public enum RejectReason
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The member id is empty, longer than 64 bytes, or not UTF-8.</summary>
    MemberId = 1,

    /// <summary>The member has a set already.</summary>
    DuplicateMember = 2,

    /// <summary>More than 64 offers.</summary>
    TooManyOffers = 3,

    /// <summary>An offer that the catalogue does not hold.</summary>
    UnknownOffer = 4,

    /// <summary>An offer twice.</summary>
    DuplicateOffer = 5,

    /// <summary>A score that is not finite.</summary>
    Score = 6,

    /// <summary>More than 64 affinities.</summary>
    TooManyAffinities = 7,

    /// <summary>An affinity of unknown kind, with a bad key, or twice.</summary>
    Affinity = 8,

    /// <summary>Neither offers nor affinities.</summary>
    Empty = 9,

    /// <summary>The member belongs to a shard that another node owns.</summary>
    OtherShard = 10,
}

/// <summary>An offer set that was refused.</summary>
/// <param name="Index">Its place in the chunk or request, from 0.</param>
/// <param name="Reason">Why.</param>
/// <param name="Message">The same in a sentence that names the value at fault.</param>
public readonly record struct RejectedSet(int Index, RejectReason Reason, string Message);
