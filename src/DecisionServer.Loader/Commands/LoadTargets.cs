using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>The servers that a load goes to: the one that was named, or in a sharded fleet every node that owns shards.</summary>
internal sealed class LoadTargets : IDisposable
{
    private readonly IReadOnlyList<Server> _opened;

    private LoadTargets(List<LoadTarget> all, int shards, IReadOnlyList<Server> opened) => (All, Shards, _opened) = (all, shards, opened);

    public List<LoadTarget> All { get; }

    /// <summary>Shards that the fleet's members are divided into; 0: none.</summary>
    public int Shards { get; }

    /// <summary>Which of them takes which members. They have begun.</summary>
    /// <exception cref="ServerException">Shards moved from one node to another between two beginnings.</exception>
    public ShardRoutes Routes(string generation)
    {
        if (Shards == 0) return ShardRoutes.One;
        return ShardRoutes.TryCreate(Shards, [.. All.Select(target => target.Session.Shards)], out var fault)
            ?? throw new ServerException($"shards were moving from node to node while '{generation}' was begun ({fault}): drop {generation} and load it again", false);
    }

    /// <summary>Asks the named server which nodes there are.</summary>
    /// <exception cref="ServerException">The server cannot be reached, or a node that owns shards is away.</exception>
    public static async Task<LoadTargets> FindAsync(Server named, LoadOptions options, string source, LoaderHost host, FaultLog faults, LoadProgress progress, CancellationToken cancellationToken)
    {
        var fleet = await NodesAsync(named, options, cancellationToken).ConfigureAwait(false);
        if (fleet.ShardCount == 0) return new([new LoadTarget(named, "", options, source, progress.Ledger, progress)], 0, []);
        if (fleet.UnservedShards.Count > 0)
            throw new ServerException($"shards {string.Join(", ", fleet.UnservedShards)} are nobody's who lives: 'status' names the node that is away; start it, or another one of its name", true);
        var opened = new List<Server>();
        var targets = new List<LoadTarget>();
        foreach (var node in fleet.Nodes.Where(node => node.Shards.Count > 0))
        {
            var server = named;
            if (node.Name != fleet.Self) opened.Add(server = new Server(node.Address, host.Clock));
            targets.Add(new LoadTarget(server, node.Name, options, source, new LoadLedger(faults, progress.Ledger), progress) { Expected = node.Shards.Count });
        }

        return new(targets, fleet.ShardCount, opened);
    }

    public void Dispose()
    {
        foreach (var server in _opened) server.Dispose();
    }

    // Servers of earlier versions know of no fleet.
    private static async Task<GetFleetResponse> NodesAsync(Server server, LoadOptions options, CancellationToken cancellationToken)
    {
        var retry = server.Retry(options.Send.Patience);
        while (true)
        {
            try
            {
                return await server.Fleet.GetFleetAsync(new GetFleetRequest(), server.Options(cancellationToken)).ConfigureAwait(false);
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unimplemented)
            {
                return new GetFleetResponse();
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // A first load does not wait for a server: whether it is there is told at once.
                if (!options.Resume || !Transient.IsWorthRetrying(failure) || !await retry.WaitAsync(cancellationToken).ConfigureAwait(false))
                    throw ServerException.Of($"loading '{options.GenerationId}'", failure);
            }
        }
    }
}
