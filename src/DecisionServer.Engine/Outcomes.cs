namespace DecisionServer.Engine;

/// <summary>What became of a request for next best offers.</summary>
public enum DecisionOutcome
{
    /// <summary>The result holds the answer.</summary>
    Decided,

    /// <summary>No generation has been published yet: try again after publishing one. FAILED_PRECONDITION.</summary>
    NoGeneration,

    /// <summary>A placement is not known; <see cref="DecisionResult.UnknownPlacementIndex"/> says which. INVALID_ARGUMENT.</summary>
    UnknownPlacement,

    /// <summary>The member belongs to a shard that another node answers for (<see cref="Store.Serving.Shards"/>). FAILED_PRECONDITION, with the way there.</summary>
    OtherShard,
}

/// <summary>What became of a request for a search ranking.</summary>
public enum SearchOutcome
{
    /// <summary>The result holds the ranking.</summary>
    Ranked,

    /// <summary>The time was up: the result holds the order of the request. An answer like any other, flagged as degraded.</summary>
    Degraded,

    /// <summary>The member belongs to a shard that another node answers for (<see cref="Store.Serving.Shards"/>). FAILED_PRECONDITION, with the way there.</summary>
    OtherShard,

    /// <summary>No generation has been published yet: try again after publishing one. FAILED_PRECONDITION.</summary>
    NoGeneration,
}
