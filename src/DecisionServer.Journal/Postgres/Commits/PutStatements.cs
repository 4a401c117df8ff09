using Npgsql;

namespace DecisionServer.Journal;

/// <summary>What a commit puts into generations, and how it is read again.</summary>
internal static class PutStatements
{
    // Bounds on what is read at once: rows, and about as many bytes.
    private const long RowsAtOnce = 500;
    private const long BytesAtOnce = 4 << 20;

    /// <summary>Adds a commit's statements. Its number is taken already, and its erasures are counted.</summary>
    public static void Add(NpgsqlBatch batch, PostgresTransaction transaction)
    {
        var puts = transaction.Puts;
        if (puts.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO puts (generation, sequence, ordinal, kind, catalogue, erasures, content)
                SELECT k.generation, m.sequence, k.i, k.kind, k.catalogue, m.erasures - $6 + k.erased, k.content
                FROM meta m, unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[]) WITH ORDINALITY k(generation, kind, catalogue, erased, content, i)
                """,
                PostgresBatch.Of([.. puts.Select(put => put.Generation)]),
                PostgresBatch.Of([.. puts.Select(put => (long)put.Kind)]),
                PostgresBatch.Of([.. puts.Select(put => put.Catalogue)]),
                PostgresBatch.Of([.. puts.Select(put => (long)put.ErasedBefore)]),
                PostgresBatch.Of([.. puts.Select(put => put.Content)]),
                PostgresBatch.Of((long)transaction.Erased.Count));
        }

        if (transaction.ForgottenPuts.Count > 0)
            batch.Add("DELETE FROM puts WHERE generation = ANY($1)", PostgresBatch.Of([.. transaction.ForgottenPuts]));
    }

    /// <summary>The statement that reads what comes after a place.</summary>
    public static NpgsqlBatch Read(NpgsqlConnection connection, string generation, Store.PutPlace after, long upTo) => new NpgsqlBatch(connection).Add(
        $"""
        SELECT sequence, ordinal, kind, catalogue, erasures, content FROM (
            SELECT *, sum(octet_length(content)) OVER (ORDER BY sequence, ordinal) - octet_length(content) AS before FROM (
                SELECT * FROM puts WHERE generation = $1 AND (sequence, ordinal) > ($2, $3) AND sequence <= $4 ORDER BY sequence, ordinal LIMIT {RowsAtOnce}) next) sized
        WHERE before < {BytesAtOnce} ORDER BY sequence, ordinal
        """,
        PostgresBatch.Of(generation), PostgresBatch.Of(after.Sequence), PostgresBatch.Of((long)after.Ordinal), PostgresBatch.Of(upTo));

    /// <summary>A row of it.</summary>
    public static Store.GenerationPut Row(NpgsqlDataReader row) => new()
    {
        Place = new Store.PutPlace(row.GetInt64(0), (int)row.GetInt64(1)),
        Kind = (Store.PutKind)row.GetInt64(2),
        Catalogue = row.GetInt64(3),
        Erasures = row.GetInt64(4),
        Content = row.GetFieldValue<byte[]>(5),
    };
}
