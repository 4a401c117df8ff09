namespace DecisionServer.Store;

/// <summary>What the loader says it sent, and the bounds for the gates.</summary>
public sealed record SealRequest
{
    /// <summary>Offers that were sent. Null: not checked.</summary>
    public long? Offers { get; init; }

    /// <summary>Members with offers that were sent, refused ones included. Null: not checked.</summary>
    public long? OfferSets { get; init; }

    /// <summary>Members with affinities that were sent, refused ones included. Null: not checked.</summary>
    public long? AffinitySets { get; init; }

    /// <summary>Sets that the loader itself refused.</summary>
    public long RejectedByLoader { get; init; }

    /// <summary>Share of (a sample of) the current generation's members that must be in the new one, 0 to 1.</summary>
    public double MinCoverage { get; init; } = 0.5;

    /// <summary>Share of sets that may have been refused, 0 to 1.</summary>
    public double MaxRejected { get; init; } = 0.01;

    /// <summary>Lowest score allowed. Null: any.</summary>
    public double? MinScore { get; init; }

    /// <summary>Highest score allowed. Null: any.</summary>
    public double? MaxScore { get; init; }

    /// <summary>How far the mean score may be from the current generation's, relative to it.</summary>
    public double MaxDrift { get; init; } = 0.5;
}
