using DecisionServer.Tests.Support;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>Nodes over one database of a PostgreSQL.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private Fleet(PostgresServer server, string database, PostgresJournalOptions options) => (Server, Database, Options) = (server, database, options);

    public PostgresServer Server { get; }

    public string Database { get; }

    public PostgresJournalOptions Options { get; }

    public List<Node> Nodes { get; } = [];

    public Node this[int node] => Nodes[node];

    public static async Task<Fleet> Open(int nodes, PostgresServer? server = null, Func<PostgresJournalOptions, PostgresJournalOptions>? change = null)
    {
        server ??= await PostgresServer.Shared;
        var database = await server.NewDatabase();
        var options = new PostgresJournalOptions { ConnectionString = server.ConnectionString(database) };
        var fleet = new Fleet(server, database, change?.Invoke(options) ?? options);
        for (var i = 0; i < nodes; i++) fleet.Nodes.Add(await Node.Open(fleet.Options));
        return fleet;
    }

    public Task<string> Sql(string sql) => Server.Sql(Database, $"SET search_path = decisionserver; {sql}");

    public Task Terminate() => Server.Terminate(Database);

    /// <summary>All nodes catch up; then all serve the same, and the same as one that begins now.</summary>
    public async Task<List<string>> Converge()
    {
        foreach (var node in Nodes) await node.CatchUp();
        await using var fresh = await Node.Open(Options);
        var expected = fresh.Mirror.Lines;
        foreach (var node in Nodes)
        {
            Assert.Equal(expected, node.Mirror.Lines);
            Assert.Equal(fresh.Journal.Applied, node.Journal.Applied);
        }

        return expected;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
    }
}
