using System.Text;
using System.Text.Json;
using DecisionServer.Store;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Hands over all of truth as it is at one moment.</summary>
internal static class PostgresReplay
{
    /// <returns>Which truth it is, and the number of the last commit that it holds.</returns>
    public static (string Epoch, long Sequence) Run(PostgresLink link, IJournalVisitor visitor, CancellationToken cancellation)
    {
        using var connection = link.Open();
        using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);

        // Rows are sent as fast as they are taken in; the bound on each answer of PostgreSQL stays.
        connection.Run("SET LOCAL statement_timeout = 0");
        connection.Run("SET LOCAL enable_seqscan = on");
        connection.Run("SET LOCAL idle_in_transaction_session_timeout = 0");
        var (epoch, sequence, availability) = Rows(
            connection, "SELECT truth_epoch(), sequence, epoch FROM meta", row => (row.GetString(0), row.GetInt64(1), (ulong)row.GetInt64(2)), cancellation).Single();
        visitor.Erasures(Rows(
            connection,
            """SELECT hash, "check", at FROM erasures ORDER BY ordinal""",
            row => new ErasedMember(new MemberKey((ulong)row.GetInt64(0), (ulong)row.GetInt64(1)), row.GetInt64(2)),
            cancellation));
        visitor.Availability(Rows(connection, $"SELECT {PostgresRows.AvailabilityColumns} FROM availability a WHERE version <> 0", PostgresRows.Availability, cancellation), availability);
        visitor.Placements([.. Documents(connection, PostgresSchema.Placements, cancellation)
            .Select(document => JsonSerializer.Deserialize(document.Content, JournalJson.Default.PlacementConfig)!)]);
        var lists = Documents(connection, PostgresSchema.Ladder, cancellation).ToDictionary(
            list => list.Name, list => JsonSerializer.Deserialize(list.Content, JournalJson.Default.IReadOnlyListScoredOfferConfig)!, StringComparer.Ordinal);
        lists.Remove(SqliteTransaction.Everybody, out var everybody);
        visitor.Ladder(new LadderConfig { Segments = lists, Global = everybody ?? [] });
        visitor.CapRules([.. Documents(connection, PostgresSchema.CapRules, cancellation).Select(rule => new NamedDocument(rule.Name, Encoding.UTF8.GetString(rule.Content)))]);
        visitor.Totals(Rows(connection, "SELECT counter, value, period FROM totals ORDER BY counter", row => new TotalRecord(row.GetString(0), row.GetInt64(1), row.GetString(2)), cancellation));
        visitor.Members(Rows(connection, "SELECT state FROM members ORDER BY member", row => PostgresRows.Member(row.GetFieldValue<byte[]>(0)), cancellation));
        visitor.Facts(Rows(connection, "SELECT kind, name, content FROM facts ORDER BY kind, name", row => new FactRecord(row.GetString(0), row.GetString(1), row.GetString(2)), cancellation));
        visitor.Puts([.. Rows(connection, "SELECT generation, max(sequence) FROM puts GROUP BY generation", row => new PutRecord(row.GetString(0), row.GetInt64(1)), cancellation)]);
        transaction.Commit();
        return (epoch, sequence);
    }

    private static IEnumerable<(string Name, byte[] Content)> Documents(NpgsqlConnection connection, long kind, CancellationToken cancellation) => Rows(
        connection,
        $"SELECT name, content FROM documents WHERE kind = {kind} ORDER BY name",
        row => (row.GetString(0), row.GetFieldValue<byte[]>(1)),
        cancellation);

    private static IEnumerable<T> Rows<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return read(reader);
        }
    }
}
