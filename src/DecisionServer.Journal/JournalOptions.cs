namespace DecisionServer.Journal;

/// <summary>How the journal behaves.</summary>
public sealed record JournalOptions
{
    /// <summary>Folder of its files; made where it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Commands in one commit at most, 1 to 10,000.</summary>
    public int MaxBatch { get; init; } = 512;

    /// <summary>Commands that wait at most, 1 to 1,000,000; further ones are refused with a retry hint.</summary>
    public int MaxQueued { get; init; } = 16_384;

    /// <summary>How long answers are kept under their idempotency keys, 1 minute to 366 days.</summary>
    public TimeSpan AnswersKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Within which time the bytes of an erased member are gone from the live files, 0 to 1 hour. Sooner when nothing else is to be done.</summary>
    public TimeSpan ErasurePurge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Free bytes of the disk below which commands are refused. 0: a sixteenth of it, at least 1 MiB, at most 64 MiB.</summary>
    public long ReserveBytes { get; init; }

    /// <summary>Log of the database in bytes from which on it is carried over into the database file, 4,096 to 1 GiB.</summary>
    public long CheckpointBytes { get; init; } = 8 << 20;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where a value is out of its range.</summary>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Directory);
        Check(MaxBatch, 1, 10_000, nameof(MaxBatch));
        Check(MaxQueued, 1, 1_000_000, nameof(MaxQueued));
        Check(AnswersKept.Ticks, TimeSpan.TicksPerMinute, 366 * TimeSpan.TicksPerDay, nameof(AnswersKept));
        Check(ErasurePurge.Ticks, 0, TimeSpan.TicksPerHour, nameof(ErasurePurge));
        Check(ReserveBytes, 0, long.MaxValue, nameof(ReserveBytes));
        Check(CheckpointBytes, 4096, 1 << 30, nameof(CheckpointBytes));
    }

    private static void Check(long value, long min, long max, string name)
    {
        if (value < min || value > max) throw new ArgumentOutOfRangeException(name, value, $"must be {min} to {max}");
    }
}
