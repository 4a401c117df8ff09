using DecisionServer.Fleet.Segments;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>Fetches from other nodes what the fleet has sealed and this node lacks, what is current first, one after the other.</summary>
internal sealed class GenerationFetcher(
    FleetFacts facts, NodeDirectory nodes, NodeIdentity identity, GenerationRegistry registry, GenerationPull pull, GenerationSharing sharing, Heartbeat heartbeat, TruthOpened opened, ILogger<GenerationFetcher> logger)
    : BackgroundService
{
    /// <summary>Raised when something has come.</summary>
    public event Action? Fetched;

    /// <summary>Whether this node lacks something that a node which answers could give.</summary>
    public bool Lacks => Missing().Any(id => Peers(id).Count > 0);

    /// <summary>Whether a generation is complete here.</summary>
    public bool Has(string id) => registry.List().Any(info => info.Id == id && (info.State == GenerationState.Current || NodeIdentity.IsComplete(info)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await opened.WaitAsync(stoppingToken)) return;
        try
        {
            while (true)
            {
                // Who has what comes with the heartbeat.
                var seen = nodes.NextSeen;
                foreach (var id in Missing())
                {
                    if (sharing.IsUsed || Peers(id).Count > 0) await FetchAsync(id, stoppingToken);
                }

                await seen.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; what has come stays for the next start.
        }
    }

    private async Task FetchAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await pull.Fetch(id, facts.Now.Sealed.TryGetValue(id, out var known) ? known.ContentHash : "", () => Peers(id), cancellation);
            heartbeat.Hurry();
            Fetched?.Invoke();
        }
        catch (Exception e) when (e is PullException or GenerationException or IOException)
        {
            // Tried again with the next heartbeat.
            Log.NotFetched(logger, id, e.Message);
        }
    }

    private IReadOnlyList<string> Missing()
    {
        var agreed = facts.Now;
        var here = registry.List().Where(info => info.State != GenerationState.Failed || info.Gates.Count > 0).Select(info => info.Id).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> wanted = agreed.Published is { } published ? [published.Generation, .. agreed.Sealed.Keys] : agreed.Sealed.Keys;
        return [.. wanted.Where(id => !here.Contains(id)).Distinct(StringComparer.Ordinal)];
    }

    private IReadOnlyList<Uri> Peers(string id) =>
    [
        .. nodes.Members
            .Where(member => member.IsLive && member.Node.Name != identity.Name && member.Content.State != nameof(Hosting.ServerPhase.Starting) && member.Has(id))
            .Select(member => member.Content.Address)
            .Where(address => Uri.IsWellFormedUriString(address, UriKind.Absolute))
            .Select(address => new Uri(address)),
    ];
}
