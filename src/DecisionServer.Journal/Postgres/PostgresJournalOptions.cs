using System.Globalization;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>How a journal in PostgreSQL behaves.</summary>
public sealed record PostgresJournalOptions
{
    private const int MaxPort = 65_535;

    /// <summary>Where PostgreSQL is, as Npgsql writes it ("Host=…;Database=…;Username=…;Password=…"). Never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Schema of its tables, 1 to 63 of a-z, 0-9 and _; made where it is missing.</summary>
    public string Schema { get; init; } = "decisionserver";

    /// <summary>
    /// A file in which this node remembers who was erased (by hashes alone), so that a truth restored from a backup forgets them again. Empty: it does not.
    /// </summary>
    public string ErasureFile { get; init; } = "";

    /// <summary>Commands in one commit at most, 1 to 10,000.</summary>
    public int MaxBatch { get; init; } = 512;

    /// <summary>Commands that wait at most, 1 to 1,000,000; further ones are refused with a retry hint.</summary>
    public int MaxQueued { get; init; } = 16_384;

    /// <summary>How long answers are kept under their idempotency keys, 1 minute to 366 days.</summary>
    public TimeSpan AnswersKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Within which time the changes that still hold an erased member are gone, 0 to 1 hour. Nodes that are behind them then read everything anew.</summary>
    public TimeSpan ErasurePurge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long changes are kept for nodes that are behind, 1 second to 366 days.</summary>
    public TimeSpan ChangesKept { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many changes are kept at most, 10 to 10,000,000.</summary>
    public int MaxChanges { get; init; } = 100_000;

    /// <summary>How long PostgreSQL may take for one statement, 1 second to 5 minutes. For a lock it is half of that.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting may take, 1 second to 1 minute.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Throws <see cref="ArgumentException"/> where a value is out of its range. The connection string is in no message.</summary>
    public void Validate()
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
            if (builder.Host is null or "") throw new ArgumentException("the connection string names no Host");

            // Npgsql finds out when it connects.
            if (builder.Port > MaxPort) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"the connection string's Port is {builder.Port}; 1 to {MaxPort} are possible"));
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException || (e is ArgumentException && e.Message.Contains(ConnectionString, StringComparison.Ordinal)))
        {
            throw new ArgumentException("the connection string is malformed; expected Host=…;Database=…;Username=…;Password=…");
        }

        if (Schema.Length is 0 or > 63 || char.IsAsciiDigit(Schema[0]) || !Schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            throw new ArgumentOutOfRangeException(nameof(Schema), Schema, "must be 1 to 63 of a-z, 0-9 and _, and begin with no digit");
        Check(MaxBatch, 1, 10_000, nameof(MaxBatch));
        Check(MaxQueued, 1, 1_000_000, nameof(MaxQueued));
        Check(AnswersKept.Ticks, TimeSpan.TicksPerMinute, 366 * TimeSpan.TicksPerDay, nameof(AnswersKept));
        Check(ErasurePurge.Ticks, 0, TimeSpan.TicksPerHour, nameof(ErasurePurge));
        Check(ChangesKept.Ticks, TimeSpan.TicksPerSecond, 366 * TimeSpan.TicksPerDay, nameof(ChangesKept));
        Check(MaxChanges, 10, 10_000_000, nameof(MaxChanges));
        Check(Timeout.Ticks, TimeSpan.TicksPerSecond, 5 * TimeSpan.TicksPerMinute, nameof(Timeout));
        Check(ConnectTimeout.Ticks, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMinute, nameof(ConnectTimeout));
    }

    private static void Check(long value, long min, long max, string name)
    {
        if (value < min || value > max) throw new ArgumentOutOfRangeException(name, value, $"must be {min} to {max}");
    }
}
