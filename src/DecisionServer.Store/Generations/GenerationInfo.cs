namespace DecisionServer.Store;

/// <summary>Where a generation is in its life.</summary>
public enum GenerationState
{
    /// <summary>Takes in offers and offer sets.</summary>
    Loading = 1,

    /// <summary>Complete, verified, gates passed: can be published.</summary>
    Sealed = 2,

    /// <summary>Answers requests.</summary>
    Current = 3,

    /// <summary>Was current. The latest of these is kept to roll back to.</summary>
    Retired = 4,

    /// <summary>Loading or a gate failed.</summary>
    Failed = 5,
}

/// <summary>One check at seal.</summary>
/// <param name="Name">Short name, fixed.</param>
/// <param name="Passed">Passed, or not applicable.</param>
/// <param name="Measured">What was found.</param>
/// <param name="Threshold">What was demanded.</param>
/// <param name="Message">The finding in a sentence.</param>
public sealed record Gate(string Name, bool Passed, double Measured, double Threshold, string Message);

/// <summary>What a generation holds. Sums over what was accepted, except where said otherwise.</summary>
public sealed record GenerationCounts
{
    /// <summary>Offers in its catalogue as loaded.</summary>
    public long Offers { get; init; }

    /// <summary>Members with an offer set.</summary>
    public long OfferSets { get; init; }

    /// <summary>Members with affinities.</summary>
    public long AffinitySets { get; init; }

    /// <summary>Scored offers in all sets.</summary>
    public long ScoredOffers { get; init; }

    /// <summary>Sets refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Sum of all scores.</summary>
    public double ScoreSum { get; init; }

    /// <summary>Lowest score; 0 where there is none.</summary>
    public float LowestScore { get; init; }

    /// <summary>Highest score; 0 where there is none.</summary>
    public float HighestScore { get; init; }

    /// <summary>Mean score; 0 where there is none.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double MeanScore => ScoredOffers == 0 ? 0 : ScoreSum / ScoredOffers;
}

/// <summary>What is known of a generation at one moment.</summary>
public sealed record GenerationInfo
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is in its life.</summary>
    public GenerationState State { get; init; }

    /// <summary>Why it failed; empty: it has not.</summary>
    public string Failure { get; init; } = "";

    /// <summary>What it holds.</summary>
    public GenerationCounts Counts { get; init; } = new();

    /// <summary>Sets replaced since it was sealed.</summary>
    public long Replaced { get; init; }

    /// <summary>Bytes of its segment files.</summary>
    public long SegmentBytes { get; init; }

    /// <summary>Bytes of memory that its store takes up; 0: not in memory.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Sets expected in all, as told at the beginning. 0: unknown.</summary>
    public long ExpectedOfferSets { get; init; }

    /// <summary>When loading began.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was sealed.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>When it last became current.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The gates; empty before seal.</summary>
    public IReadOnlyList<Gate> Gates { get; init; } = [];

    /// <summary>Hash over all segments once sealed, hexadecimal.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>The shards whose members' sets are here. Null: those of all members.</summary>
    public ShardSet? Shards { get; init; }

    /// <summary>Whether a rollback goes to this one.</summary>
    public bool IsRollbackTarget { get; init; }
}
