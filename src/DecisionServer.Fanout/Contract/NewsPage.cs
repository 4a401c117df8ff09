namespace DecisionServer.Fanout;

/// <summary>What a look into the stream found.</summary>
public enum NewsOutcome
{
    /// <summary>Items, contiguous from the one asked for.</summary>
    Items = 0,

    /// <summary>Nothing newer was announced.</summary>
    Nothing = 1,

    /// <summary>The stream cannot tell what comes next: read truth to its end, then call <see cref="INewsFeed.CaughtUp"/> and go on from there.</summary>
    Gap = 2,

    /// <summary>Redis did not answer.</summary>
    Unreachable = 3,
}

/// <summary>Why the stream cannot tell what comes next.</summary>
public enum NewsGap
{
    /// <summary>It can.</summary>
    None = 0,

    /// <summary>What comes next has been trimmed, or lies before the stream's beginning.</summary>
    Trimmed = 1,

    /// <summary>The stream is another one than before: new, emptied, or lost and begun anew.</summary>
    Emptied = 2,

    /// <summary>Redis was started anew, or another server took over: it may have come back with less than was announced.</summary>
    OtherServer = 3,

    /// <summary>The stream is of another epoch.</summary>
    OtherEpoch = 4,

    /// <summary>The next item was too large for the stream.</summary>
    TooLarge = 5,

    /// <summary>An entry is none of ours.</summary>
    Damaged = 6,
}

/// <summary>The outcome of <see cref="INewsFeed.Read"/>.</summary>
public sealed class NewsPage
{
    internal NewsPage(NewsOutcome outcome) => Outcome = outcome;

    /// <summary>What was found.</summary>
    public NewsOutcome Outcome { get; }

    /// <summary>The items, contiguous and ascending; empty unless <see cref="Outcome"/> is <see cref="NewsOutcome.Items"/>.</summary>
    public IReadOnlyList<NewsItem> Items { get; internal init; } = [];

    /// <summary>Number of the stream's last item, for the lag; 0 where unknown or of another epoch.</summary>
    public long Last { get; internal init; }

    /// <summary>Why there is a gap.</summary>
    public NewsGap Gap { get; internal init; }

    /// <summary>In words, where there is a gap or Redis did not answer; else empty.</summary>
    public string Reason { get; internal init; } = "";

    // What the feed knew when it answered: CaughtUp makes the caller trust exactly this, nothing that happened since.
    internal StreamSight Sight { get; init; }
}
