namespace DecisionServer.Fanout;

/// <summary>What became of an announcement.</summary>
public enum AnnounceOutcome
{
    /// <summary>All items are in the stream, by this call or another's; readers were rung for if this call added any.</summary>
    Appended = 0,

    /// <summary>
    /// The stream ends before the first item's predecessor: nothing was added. Read what is above <see cref="AnnounceResult.Last"/> from truth and
    /// announce it together with these.
    /// </summary>
    Gap = 1,

    /// <summary>The same as <see cref="Appended"/>, but the stream was of another epoch and has been replaced. Ask truth whether the epoch is still its own.</summary>
    EpochChanged = 2,

    /// <summary>Redis did not answer. Nothing is known: some or all may have been added. Announcing again does no harm.</summary>
    Unreachable = 3,
}

/// <summary>The outcome of <see cref="INewsFeed.Announce"/>.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Last">Number of the stream's last item; 0 where unknown.</param>
/// <param name="Reason">In words, where Redis did not answer; else empty.</param>
public readonly record struct AnnounceResult(AnnounceOutcome Outcome, long Last, string Reason)
{
    /// <summary>The stream has everything that was announced.</summary>
    public bool Succeeded => Outcome is AnnounceOutcome.Appended or AnnounceOutcome.EpochChanged;
}
