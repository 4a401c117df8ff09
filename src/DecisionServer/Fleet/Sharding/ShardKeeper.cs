using DecisionServer.Journal;
using DecisionServer.Options;
using DecisionServer.Services.Members;

namespace DecisionServer.Fleet.Sharding;

/// <summary>
/// Keeps the shard map to the nodes that live: proposes another one when nodes come or are lost, and announces it once all that moves has come. Every node looks, after
/// each heartbeat; the first by name acts, and truth takes one version after the other.
/// </summary>
internal sealed class ShardKeeper(
    IJournal journal, FleetFacts facts, NodeDirectory nodes, NodeIdentity identity, TruthClock truth, TruthOpened opened, Heartbeat heartbeat, FleetOptions options,
    TimeProvider clock, IHostApplicationLifetime host, ILogger<ShardKeeper> logger)
    : BackgroundService
{
    private readonly Dictionary<string, long> _missing = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await opened.WaitAsync(stoppingToken)) return;
        try
        {
            while (true)
            {
                var seen = nodes.NextSeen;
                await LookAsync();
                await seen.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task LookAsync()
    {
        var agreed = facts.Now;
        if (agreed.Shards is { } map && map.Count != options.Shards)
        {
            // Members would be looked for where they are not.
            Log.OtherShardCount(logger, options.Shards, map.Count);
            Environment.ExitCode = 1;
            host.StopApplication();
            return;
        }

        FleetMember[] live = [.. nodes.Members.Where(member => member.IsLive && member.Content.State != nameof(Hosting.ServerPhase.Draining))];
        var lost = Lost(agreed.Shards, live);
        if (live.Length == 0 || live.MinBy(member => member.Node.Name, StringComparer.Ordinal)!.Node.Name != identity.Name) return;
        if (Next(agreed, live, lost) is not { } next) return;
        try
        {
            if (!await JournalCalls.Run(journal, new ShardCommand(facts, agreed.Shards?.Version ?? 0, agreed.Published?.Number ?? 0, next), CancellationToken.None)) return;
            var put = facts.Now.Shards!;
            Log.ShardsMove(logger, put.Version, put.Moves.Count(), put.Moves.Select(move => move.Node).Distinct().Count(), put.At?.ToString("O") ?? "when they have been fetched");
            heartbeat.Hurry();
        }
        catch (Grpc.Core.RpcException)
        {
            // Truth is away; it is looked at again after the next heartbeat.
        }
    }

    // What should follow the map; null: nothing, or not yet.
    private Func<ShardMap>? Next(FleetFacts.Snapshot agreed, FleetMember[] live, IReadOnlySet<string> lost)
    {
        string[] names = [.. live.Select(member => member.Node.Name)];
        if (agreed.Shards is not { } map) return () => ShardMap.First(options.Shards, names);
        var now = truth.Now;
        if (map.At is not null && map.IsChanging(now)) return null;

        string[] generations = [.. agreed.Sealed.Keys];
        var plan = ShardPlan.Make(map.OwnersAt(now), names, lost, shard => generations.Length == 0 || (agreed.Published is { } published && live.Any(member => member.Holds(published.Generation, shard))));
        if (!plan.SequenceEqual(map.IsChanging(now) ? map.Next! : map.OwnersAt(now))) return () => map.Propose(plan, truth.Now);
        return map.IsChanging(now) && map.Moves.All(move => HasCome(move.Shard, live.First(member => member.Node.Name == move.Node))) ? () => map.Announce(Instant()) : null;

        // It answers from what is current, this shard included. Of what is only sealed, what nobody could give is not waited for: a load that is under way comes later.
        bool HasCome(int shard, FleetMember node) =>
            node.Content.State == nameof(Hosting.ServerPhase.Serving)
            && (agreed.Published is not { } published || (node.Content.Current == published.Generation && node.Holds(published.Generation, shard)))
            && generations.All(id => node.Holds(id, shard) || id == agreed.Published?.Previous || !live.Any(member => member.Holds(id, shard)));

        // Where there is nothing to answer from, nobody needs to be told before.
        DateTimeOffset Instant() => generations.Length == 0 ? truth.Now : truth.Now + options.Notice;
    }

    // Silent for long, or gone from the registry as long: a node that is only restarted keeps its shards.
    private HashSet<string> Lost(ShardMap? map, FleetMember[] live)
    {
        string[] away = [.. (map?.OwnersAt(truth.Now) ?? []).Distinct().Where(owner => live.All(member => member.Node.Name != owner))];
        foreach (string back in _missing.Keys.Except(away).ToArray()) _missing.Remove(back);
        foreach (string owner in away) _missing.TryAdd(owner, clock.GetTimestamp());
        return [.. away.Where(owner => clock.GetElapsedTime(_missing[owner]) > options.Dead)];
    }
}
