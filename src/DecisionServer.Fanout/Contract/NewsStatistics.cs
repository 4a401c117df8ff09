namespace DecisionServer.Fanout;

/// <summary>Counts since the feed was opened.</summary>
/// <param name="Announced">Items that this feed added to the stream.</param>
/// <param name="Read">Items read.</param>
/// <param name="Gaps">Reads that ended in a gap.</param>
/// <param name="Rings">Rings of the doorbell heard.</param>
/// <param name="Reconnects">Links made after the first.</param>
/// <param name="Resubscriptions">Times the doorbell was silent and was subscribed to anew.</param>
/// <param name="EpochChanges">Streams of another epoch that this feed replaced. Many of them: two fleets share one prefix.</param>
/// <param name="Failures">Calls that Redis did not answer.</param>
public readonly record struct NewsStatistics(
    long Announced, long Read, long Gaps, long Rings, long Reconnects, long Resubscriptions, long EpochChanges, long Failures);
