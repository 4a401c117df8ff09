using Npgsql;

namespace DecisionServer.Journal;

/// <summary>The registry of nodes.</summary>
internal static class FleetRegistry
{
    // A heartbeat that is as late as this is of no use: another one is asked for, over another connection.
    private const int BeatSeconds = 5;

    private const string Columns = "name, incarnation, applied, content, extract(epoch FROM clock_timestamp() - beat)::float8";

    /// <summary>Writes the own row, and reads all; one round trip.</summary>
    public static async Task<FleetView> Beat(PostgresLink link, NodeRecord self, CancellationToken cancellation)
    {
        await using var connection = await link.Open(cancellation);
        await using var batch = new NpgsqlBatch(connection) { Timeout = BeatSeconds };
        batch.Add($"SELECT {Columns} FROM node WHERE name = $1 AND incarnation <> $2", PostgresBatch.Of(self.Name), PostgresBatch.Of(self.Incarnation));
        batch.Add(
            """
            INSERT INTO node (name, incarnation, applied, content, beat) VALUES ($1, $2, $3, $4, clock_timestamp())
            ON CONFLICT (name) DO UPDATE SET incarnation = excluded.incarnation, applied = excluded.applied, content = excluded.content, beat = excluded.beat
            """,
            PostgresBatch.Of(self.Name), PostgresBatch.Of(self.Incarnation), PostgresBatch.Of(self.Applied), PostgresBatch.Of(self.Content));
        batch.Add($"SELECT {Columns} FROM node ORDER BY name");
        batch.Add("SELECT clock_timestamp(), truth_epoch(), sequence FROM meta");
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var replaced = await Sightings(reader, cancellation);
        await reader.NextResultAsync(cancellation);
        var nodes = await Sightings(reader, cancellation);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new FleetView
        {
            Nodes = nodes,
            Replaced = replaced.Count > 0 ? replaced[0] : null,
            Now = new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero),
            Epoch = reader.GetString(1),
            Sequence = reader.GetInt64(2),
        };
    }

    public static async Task Leave(PostgresLink link, string name, Guid incarnation, CancellationToken cancellation)
    {
        await using var connection = await link.Open(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("DELETE FROM node WHERE name = $1 AND incarnation = $2", PostgresBatch.Of(name), PostgresBatch.Of(incarnation));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<NodeSighting>> Sightings(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var nodes = new List<NodeSighting>();
        while (await reader.ReadAsync(cancellation))
        {
            var node = new NodeRecord { Name = reader.GetString(0), Incarnation = reader.GetGuid(1), Applied = reader.GetInt64(2), Content = reader.GetString(3) };
            nodes.Add(new NodeSighting(node, TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(4)))));
        }

        return nodes;
    }
}
