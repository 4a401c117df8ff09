namespace DecisionServer.Fleet.Segments;

/// <summary>How generations travel between nodes.</summary>
public sealed record TransferOptions
{
    /// <summary>Generations that this node hands on at once; further callers are sent away with a hint.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>When a caller that was sent away may come again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node that hands on may stay silent before another one is asked.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait after the first round in which no node could give anything; doubled after each further one.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between rounds.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rounds in a row in which no byte came, after which a pull gives up.</summary>
    public int Rounds { get; init; } = 8;

    /// <summary>A directory that all nodes reach and that generations are taken from first. Empty: there is none.</summary>
    public string SharedDirectory { get; init; } = "";
}
