using Microsoft.Extensions.Logging;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>What any node does now and then for all: trims changes, deletes old answers and nodes that are long gone. A little at a time, and never in anybody's way.</summary>
internal sealed class PostgresHousekeeping(PostgresLink link, PostgresJournalOptions options, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(10);
    private long _ranAt;
    private bool _more = true;

    /// <param name="connection">The writer's, with no transaction open.</param>
    public void Run(NpgsqlConnection connection)
    {
        var soon = _more || options.ErasurePurge < 2 * Seldom || options.ChangesKept < 2 * Seldom;
        if (_ranAt != 0 && TimeProvider.System.GetElapsedTime(_ranAt) < (soon ? Often : Seldom)) return;
        _ranAt = TimeProvider.System.GetTimestamp();
        try
        {
            _more = Trim(connection) | DeleteOldAnswers(connection);
            connection.Run("DELETE FROM node WHERE beat < clock_timestamp() - interval '30 days'");
        }
        catch (PostgresException e) when (PostgresFault.IsUndone(e))
        {
            Log.NotTidied(logger, link.Name, PostgresFault.Describe(e));
        }
    }

    // What still holds an erased member goes with the promise for erasures, whoever may be behind it. The oldest only, so that the table is not searched.
    private bool Trim(NpgsqlConnection connection)
    {
        const int AtOnce = 2_000;
        using var batch = new NpgsqlBatch(connection);
        batch.Add(
            """
            WITH oldest AS (SELECT sequence, at FROM change ORDER BY sequence LIMIT $4 FOR UPDATE SKIP LOCKED),
            old AS (
                SELECT o.sequence FROM oldest o, meta m
                WHERE o.sequence <= m.sequence - $1 OR o.at < clock_timestamp() - make_interval(secs => $2 / 1000.0)
                    OR o.sequence <= (SELECT e.sequence FROM erasures e WHERE e.noted <= clock_timestamp() - make_interval(secs => $3 / 1000.0) ORDER BY e.ordinal DESC LIMIT 1)),
            gone AS (DELETE FROM change c USING old WHERE c.sequence = old.sequence RETURNING c.sequence)
            UPDATE meta SET trimmed = greatest(trimmed, g.last) FROM (SELECT max(sequence) AS last, count(*) AS count FROM gone) g WHERE g.last IS NOT NULL
            RETURNING g.count
            """,
            PostgresBatch.Of((long)options.MaxChanges),
            PostgresBatch.Of((long)options.ChangesKept.TotalMilliseconds),
            PostgresBatch.Of((long)options.ErasurePurge.TotalMilliseconds / 2),
            PostgresBatch.Of((long)AtOnce));
        return batch.ExecuteScalar() is long and >= AtOnce;
    }

    private bool DeleteOldAnswers(NpgsqlConnection connection)
    {
        const int AtOnce = 500;
        using var batch = new NpgsqlBatch(connection);
        batch.Add(
            "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)",
            PostgresBatch.Of((clock.GetUtcNow() - options.AnswersKept).UtcTicks), PostgresBatch.Of((long)AtOnce));
        return batch.ExecuteNonQuery() >= AtOnce;
    }

    /// <summary>Closes connections of nodes that stopped in the middle of a commit, and with it hold up all others.</summary>
    public void CloseStuck(NpgsqlConnection connection)
    {
        using var batch = new NpgsqlBatch(connection);
        batch.Add(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE application_name = $1 AND datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
                AND backend_xid IS NOT NULL AND wait_event = 'ClientRead' AND xact_start < clock_timestamp() - make_interval(secs => $2 / 1000.0)
            """,
            PostgresBatch.Of(PostgresLink.Application), PostgresBatch.Of((long)options.Timeout.TotalMilliseconds / 3));
        if (batch.ExecuteScalar() is long count and > 0) Log.HeldUp(logger, link.Name, count);
    }
}
