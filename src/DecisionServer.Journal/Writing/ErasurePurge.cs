using System.Text;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>
/// Removes the bytes of erased members from the files: carries the log over and cuts it, and rewrites the database where a copy of an id is left in it.
/// Runs on the writer's thread: at once when nothing else is to be done, at the latest after half of the promised time.
/// </summary>
internal sealed class ErasurePurge
{
    // More ids than this are not looked for one by one.
    private const int MaxSought = 16;

    // Looking through a larger file would hold up writers, so it is not done more often than promised.
    private const long SmallFile = 128 << 20;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly OpenedJournal _journal;
    private readonly TimeSpan _within;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly List<byte[]> _ids = [];
    private bool _unknownIds;
    private long _since;
    private long _failedAt;

    public ErasurePurge(OpenedJournal journal, TimeSpan within, TimeProvider clock, ILogger logger)
    {
        (_journal, _within, _clock, _logger) = (journal, within, clock, logger);
        var meta = journal.Transaction.Committed;

        // The server ended before it was done; whose bytes they are is not known any more.
        _unknownIds = meta.Purged < journal.Erasures.Entries.Count;
        _since = clock.GetTimestamp();
    }

    /// <summary>Whether there is anything to remove.</summary>
    public bool IsPending => _unknownIds || _ids.Count > 0;

    /// <summary>Members erased by a commit.</summary>
    public void Note(IReadOnlyList<string> erased)
    {
        if (!IsPending) _since = _clock.GetTimestamp();
        foreach (var id in erased) _ids.Add(Encoding.UTF8.GetBytes(id));
    }

    /// <summary>How long until <see cref="Run"/> is due.</summary>
    public TimeSpan DueIn(bool idle)
    {
        if (_failedAt > 0) return RetryAfter - _clock.GetElapsedTime(_failedAt);
        if (idle && new FileInfo(_journal.Files.Database).Length <= SmallFile) return TimeSpan.Zero;
        return (_within / 2) - _clock.GetElapsedTime(_since);
    }

    /// <summary>Removes them.</summary>
    public void Run()
    {
        // 1. The log holds the rows as they were.
        _failedAt = _clock.GetTimestamp();
        if (!_journal.Database.Checkpoint(truncate: true))
        {
            Log.NotPurged(_logger, "a backup reads the log; it is tried again");
            return;
        }

        // 2. The file may hold copies.
        var rewrite = _unknownIds || _ids.Count > MaxSought || StaleBytes.AnyOf(_journal.Files.Database, _ids);
        if (rewrite && !TryRewrite()) return;

        // 3. Say so in the database.
        var count = _journal.Erasures.Entries.Count;
        var transaction = _journal.Transaction;
        transaction.Begin();
        transaction.BeginCommand();
        transaction.PutPurged(count);
        transaction.EndCommand();
        transaction.Commit();
        _journal.PutMark();
        Log.Purged(_logger, Math.Max(_ids.Count, 1), rewrite);
        _ids.Clear();
        _unknownIds = false;
        _failedAt = 0;
    }

    private bool TryRewrite()
    {
        var database = _journal.Database;
        try
        {
            // In a file, not in memory: it is as large as the database.
            database.Run("PRAGMA temp_store = FILE");
            database.Run("VACUUM");
            database.Run("PRAGMA temp_store = MEMORY");
            if (database.Checkpoint(truncate: true)) return true;
            Log.NotPurged(_logger, "a backup reads the log; it is tried again");
        }
        catch (SqliteFault e) when (e.IsFull || e.IsBusy)
        {
            Log.NotPurged(_logger, e.Message);
        }

        return false;
    }
}
