using DecisionServer.Fleet.Segments;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>
/// Fetches from other nodes what the fleet has sealed and this node lacks, what is current first, one after the other. In a sharded fleet that is its own share: of each
/// generation the shards that it owns or is to own.
/// </summary>
internal sealed class GenerationFetcher(
    FleetFacts facts, NodeDirectory nodes, NodeIdentity identity, GenerationRegistry registry, GenerationPull pull, GenerationSharing sharing, Heartbeat heartbeat, TruthOpened opened, ILogger<GenerationFetcher> logger,
    ShardOwnership? ownership = null)
    : BackgroundService
{
    private FleetFacts.Snapshot? _swept;

    /// <summary>Raised when something has come.</summary>
    public event Action? Fetched;

    /// <summary>Whether this node lacks something that a node which answers could give.</summary>
    public bool Lacks => Missing().Any(missing => Givers(missing).Count > 0);

    /// <summary>Whether a generation is complete here.</summary>
    public bool Has(string id) => registry.List().Any(info => info.Id == id && IsHere(info) && (ownership is null || ownership.IsEnough(info.Shards)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await opened.WaitAsync(stoppingToken)) return;
        try
        {
            while (true)
            {
                // Who has what comes with the heartbeat.
                var seen = nodes.NextSeen;
                await ForgetAsync();
                foreach (var missing in Missing())
                {
                    if ((sharing.IsUsed && missing.Shards is null) || Givers(missing).Count > 0) await FetchAsync(missing, stoppingToken);
                }

                await seen.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; what has come stays for the next start.
        }
    }

    // Whatever was on its way here when the fleet has dropped it, also while this node was away.
    private async Task ForgetAsync()
    {
        var agreed = facts.Now;
        if (agreed == _swept) return;
        _swept = agreed;
        await pull.Forget(id => agreed.Sealed.ContainsKey(id) || agreed.Published?.Generation == id);
    }

    private static bool IsHere(GenerationInfo info) => info.State == GenerationState.Current || NodeIdentity.IsComplete(info);

    private async Task FetchAsync(Lack missing, CancellationToken cancellation)
    {
        try
        {
            var hash = facts.Now.Sealed.TryGetValue(missing.Id, out var known) ? known.ContentHash : "";
            await pull.Fetch(missing.Id, hash, () => Givers(missing), missing.Shards, cancellation);
            heartbeat.Hurry();
            Fetched?.Invoke();
        }
        catch (Exception e) when (e is PullException or GenerationException or IOException)
        {
            // Tried again with the next heartbeat.
            Log.NotFetched(logger, missing.Id, e.Message);
        }
    }

    private List<Lack> Missing()
    {
        var agreed = facts.Now;
        var here = registry.List().Where(info => info.State != GenerationState.Failed || info.Gates.Count > 0).ToDictionary(info => info.Id, StringComparer.Ordinal);
        IEnumerable<string> known = agreed.Published is { } published ? [published.Generation, .. agreed.Sealed.Keys] : agreed.Sealed.Keys;
        var missing = new List<Lack>();
        foreach (var id in known.Distinct(StringComparer.Ordinal))
        {
            var isHere = here.TryGetValue(id, out var info);
            if (ownership is null && !isHere) missing.Add(new Lack(id, null));
            else if (ownership?.Wanted is { } wanted && (!isHere || IsHere(info!))) missing.AddRange(Parts(id, isHere ? info!.Shards ?? ShardSet.All(wanted.Count) : null, wanted));
        }

        return missing;
    }

    // What one node can give comes in one piece; it is looked again after each.
    private IEnumerable<Lack> Parts(string id, ShardSet? held, ShardSet wanted)
    {
        var lacking = held is null ? wanted : wanted.Without(held);
        var best = Others().Select(member => lacking.Held.Where(shard => member.Holds(id, shard)).ToList()).MaxBy(given => given.Count);
        return best is { Count: > 0 } ? [new Lack(id, new ShardSet(lacking.Count, best))] : [];
    }

    private IReadOnlyList<Uri> Givers(Lack missing) =>
    [
        .. Others()
            .Where(member => missing.Shards is { } shards ? shards.Held.All(shard => member.Holds(missing.Id, shard)) : member.Has(missing.Id))
            .Select(member => member.Content.Address)
            .Where(address => Uri.IsWellFormedUriString(address, UriKind.Absolute))
            .Select(address => new Uri(address)),
    ];

    private IEnumerable<FleetMember> Others() =>
        nodes.Members.Where(member => member.IsLive && member.Node.Name != identity.Name && member.Content.State != nameof(Hosting.ServerPhase.Starting));

    /// <summary>A generation, or shards of it, that this node lacks.</summary>
    private sealed record Lack(string Id, ShardSet? Shards);
}
