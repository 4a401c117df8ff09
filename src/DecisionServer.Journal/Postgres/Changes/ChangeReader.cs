using DecisionServer.Store;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Reads changes from truth, and makes serving follow them.</summary>
internal sealed class ChangeReader(PostgresLink link, ChangeOrder order, Func<IJournalVisitor> visitor, Microsoft.Extensions.Logging.ILogger logger)
{
    private const int AtOnce = 500;

    /// <summary>Makes serving follow up to what truth held when it was asked.</summary>
    public CatchUp CatchUp(CancellationToken cancellation)
    {
        // 1. Is it the truth that serving follows, and does it still hold all that is missing?
        using var connection = link.Open();
        var replayed = false;
        var (epoch, sequence, trimmed) = State(connection);
        order.Know(epoch == order.Epoch ? sequence : 0);
        if (order.ReplayNeeded || epoch != order.Epoch || sequence < order.Applied || trimmed > order.Applied)
        {
            if (epoch == order.Epoch && sequence < order.Applied) WentBack(connection, sequence);
            Replay(onlyIfNeeded: false, cancellation);
            replayed = true;
        }

        // 2. What came since.
        var from = order.Applied;
        while (order.Applied < sequence)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = order.Applied;
            var changes = Read(connection, before);
            var follows = order.Follow(changes);
            if (!follows || (changes.Count > 0 && changes[0].Sequence > order.Applied + 1) || (changes.Count == 0 && order.Applied < sequence))
            {
                // Trimmed this moment, replaced, or not to be read here.
                Replay(onlyIfNeeded: false, cancellation);
                return new CatchUp(order.Applied, 0, true);
            }

            // An own commit is under way, and brings the rest along.
            if (order.Applied == before) break;
        }

        return new CatchUp(order.Applied, (int)Math.Max(0, order.Applied - from), replayed);
    }

    /// <summary>Hands over all of truth.</summary>
    public void Replay(bool onlyIfNeeded, CancellationToken cancellation)
    {
        if (order.Replay(() => PostgresReplay.Run(link, visitor(), cancellation), onlyIfNeeded)) Log.Replayed(logger, link.Name, order.Applied, order.Epoch);
    }

    /// <summary>Truth holds less than this node has followed, and does not show why: all nodes have to learn that it is another.</summary>
    public void WentBack(NpgsqlConnection connection, long sequence)
    {
        Log.WentBack(logger, link.Name, sequence, order.Applied);
        using var batch = new NpgsqlBatch(connection);
        batch.Add("UPDATE meta SET journal = gen_random_uuid() WHERE truth_epoch() = $1 AND sequence < $2", PostgresBatch.Of(order.Epoch), PostgresBatch.Of(order.Applied));
        batch.ExecuteNonQuery();
    }

    public async Task<IReadOnlyList<Change>> Read(long after, int max, CancellationToken cancellation)
    {
        await using var connection = await link.Open(cancellation);
        await using var batch = Statement(connection, after, max);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var changes = new List<Change>();
        while (await reader.ReadAsync(cancellation)) changes.Add(Row(reader));
        return changes.Count > 0 && changes[0].Sequence != after + 1 ? [] : changes;
    }

    public async Task<IReadOnlyList<GenerationPut>> ReadPuts(string generation, PutPlace after, long upTo, CancellationToken cancellation)
    {
        await using var connection = await link.Open(cancellation);
        await using var batch = PutStatements.Read(connection, generation, after, upTo);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var puts = new List<GenerationPut>();
        while (await reader.ReadAsync(cancellation)) puts.Add(PutStatements.Row(reader));
        return puts;
    }

    private static List<Change> Read(NpgsqlConnection connection, long after)
    {
        using var batch = Statement(connection, after, AtOnce);
        using var reader = batch.ExecuteReader();
        var changes = new List<Change>();
        while (reader.Read()) changes.Add(Row(reader));
        return changes;
    }

    private static NpgsqlBatch Statement(NpgsqlConnection connection, long after, int max) => new NpgsqlBatch(connection).Add(
        "SELECT sequence, content FROM change WHERE sequence > $1 ORDER BY sequence LIMIT $2", PostgresBatch.Of(after), PostgresBatch.Of((long)max));

    private static Change Row(NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));

    private static (string Epoch, long Sequence, long Trimmed) State(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT truth_epoch(), sequence, trimmed FROM meta", connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
