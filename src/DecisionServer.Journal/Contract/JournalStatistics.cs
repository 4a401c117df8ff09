namespace DecisionServer.Journal;

/// <summary>What a journal has done since it was opened.</summary>
/// <param name="Commits">Commits made durable.</param>
/// <param name="Commands">Commands acknowledged.</param>
/// <param name="Queued">Commands that wait now.</param>
/// <param name="LogBytes">About as many bytes are in the log and not carried over into the database yet.</param>
public readonly record struct JournalStatistics(long Commits, long Commands, int Queued, long LogBytes);
