using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;

namespace DecisionServer.Tests.Fleet;

/// <summary>
/// A fleet of real server processes over a real PostgreSQL and a real Redis, each node with links of its own to both that tests can spoil.
/// Truth's database is this fleet's own.
/// </summary>
internal sealed class FleetCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<FleetNodeProcess> _nodes = [];
    private readonly string[] _options;
    private string _database = "";

    private FleetCluster(PostgresServer postgres, RedisServer redis, string[] options) => (Postgres, Redis, _options) = (postgres, redis, options);

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; }

    public IReadOnlyList<FleetNodeProcess> Nodes => _nodes;

    /// <summary>Starts it, nodes "n1" and so on.</summary>
    public static async Task<FleetCluster> Start(int nodes, params string[] options)
    {
        var starting = (PostgresServer.Start(), RedisServer.Start());
        var cluster = new FleetCluster(await starting.Item1, await starting.Item2, options);
        try
        {
            cluster._database = await cluster.Postgres.NewDatabase();
            for (var i = 1; i <= nodes; i++) await cluster.AddNode($"n{i}");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Truth, as Npgsql writes it, past the nodes' links.</summary>
    public string TruthConnection => Postgres.ConnectionString(_database);

    /// <summary>Closes every connection of the nodes to PostgreSQL, whatever they are at.</summary>
    public Task CloseTruthConnections() => Postgres.Terminate(_database);

    /// <summary>Starts one more node, and waits until it serves.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Options that it has beside those of all nodes.</param>
    public async Task<FleetNodeProcess> AddNode(string name, params string[] options)
    {
        var node = NewNode(name, options);
        await node.Start();
        return node;
    }

    /// <summary>One more node, which is not started.</summary>
    public FleetNodeProcess NewNode(string name, params string[] options)
    {
        var node = new FleetNodeProcess(
            name, _directory.File(name), FaultProxy.Start(Postgres.Port, _nodes.Count), FaultProxy.Start(Redis.Port, _nodes.Count + 100), port => Postgres.ConnectionString(_database, port),
            [.. _options, .. options]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A statement in truth's database; rows of the answer a line each.</summary>
    public Task<string> Sql(string statement) => Postgres.Sql(_database, statement);

    /// <summary>Loads and publishes a generated population over the first node.</summary>
    public async Task Load(string generation, int members = 500, int offers = 100)
    {
        using var files = new TemporaryDirectory();
        await LoaderProcess.LoadGenerated(_nodes[0].Server, generation, members, offers, files.Path);
    }

    /// <summary>Number of the last change in truth itself.</summary>
    public async Task<long> TruthSequence() =>
        long.Parse(await Sql("SELECT sequence FROM decisionserver.meta"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits until all nodes have applied all changes that truth has, and hold the same.</summary>
    public async Task<GetDigestResponse> Converge()
    {
        GetDigestResponse[] digests = [];
        try
        {
            await Eventually.True(
                async () =>
                {
                    digests = await Task.WhenAll(_nodes.Where(node => node.IsRunning).Select(
                        node => node.Fleet.GetDigestAsync(new GetDigestRequest(), deadline: DateTime.UtcNow.AddSeconds(30)).ResponseAsync));
                    return digests.Distinct().Count() == 1 && digests[0].AppliedSequence == await TruthSequence();
                },
                "all nodes hold the same");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', digests.Select(digest => digest.ToString()))}", e);
        }

        return digests[0];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        _directory.Dispose();
    }
}
