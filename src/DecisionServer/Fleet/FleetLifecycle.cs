using DecisionServer.Fleet.Segments;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Journal;
using DecisionServer.Options;
using DecisionServer.Services.Members;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>
/// The life of generations in a fleet. A publish waits until the live nodes have the generation, announces an instant that is further away than any lease lasts, and
/// is over when the live nodes answer from it.
/// </summary>
internal sealed class FleetLifecycle(
    IJournal journal, FleetFacts facts, NodeDirectory nodes, NodeIdentity identity, GenerationRegistry registry, Heartbeat heartbeat, TruthClock truth,
    GenerationSharing sharing, FleetOptions options, TimeProvider clock, ILogger<FleetLifecycle> logger, ShardOwnership? ownership = null)
    : IGenerationLifecycle
{
    // After the instant: for nodes to tell that they have followed. Those that do not are lost, or told to their operators.
    private static readonly TimeSpan Confirmation = TimeSpan.FromSeconds(10);

    public async Task Sealed(GenerationInfo generation)
    {
        if (!NodeIdentity.IsComplete(generation)) return;
        var fact = FactOf(generation);
        if (facts.Now.Sealed.TryGetValue(generation.Id, out var known) && known.ContentHash != fact.ContentHash) throw Taken(generation);

        // Where all nodes reach it, before they learn of it: there they look first. Whole generations lie there, and of a sharded fleet no node has one.
        if (ownership is null) await sharing.Offer(generation.Id);
        if (!await JournalCalls.Run(journal, new SealedCommand(facts, generation.Id, fact), CancellationToken.None))
        {
            if (ownership is null) await sharing.Remove(generation.Id);
            throw Taken(generation);
        }

        heartbeat.Hurry();
    }

    public async Task<PublishedGeneration> Publish(string id, bool force, PublishTerms terms, CancellationToken cancellation)
    {
        var info = registry.Get(id);
        if (info.State == GenerationState.Loading) throw Wrong(info, "it is not sealed yet");
        if (info.State == GenerationState.Failed && !(force && info.Gates.Count > 0))
            throw Wrong(info, info.Failure + (info.Gates.Count > 0 ? "; publish it by force, or drop it and load it again" : "; drop it and load it again"));
        return await Announce(info, force, terms, cancellation);
    }

    public async Task<PublishedGeneration> Rollback(PublishTerms terms, CancellationToken cancellation)
    {
        if (facts.Now.Published is not { Previous.Length: > 0 } published)
            throw new GenerationException(GenerationError.WrongState, "there is no previous generation to roll back to");
        return await Announce(registry.Get(published.Previous), force: true, terms, cancellation);
    }

    public async Task Drop(string id)
    {
        var isKnown = facts.Now.Sealed.ContainsKey(id);
        var isHere = registry.List().Any(info => info.Id == id);
        if (!isKnown && !isHere) throw new GenerationException(GenerationError.NotFound, $"there is no generation '{id}', neither here nor in the fleet");
        if (!await JournalCalls.Run(journal, new DropCommand(facts, id), CancellationToken.None))
            throw new GenerationException(GenerationError.WrongState, $"generation '{id}' is current in the fleet; publish or roll back to another one first");

        // Known ones go with the fact, on every node (GenerationCleaner).
        if (!isKnown && isHere) await Task.Run(() => registry.Drop(id));
        await sharing.Remove(id);
    }

    private async Task<PublishedGeneration> Announce(GenerationInfo info, bool force, PublishTerms terms, CancellationToken cancellation)
    {
        // 1. Those who live have it; in a sharded fleet each its own share, and nobody's is missing.
        await Until(member => member.Has(info.Id), terms, lacking =>
            new GenerationException(GenerationError.WrongState,
                $"generation '{info.Id}' is not complete on {lacking} yet, nothing was published; wait longer (wait), or ask for fewer nodes (quorum)"), cancellation);
        if (!force) RequirePassed(info.Id);

        // 2. The instant.
        var expected = facts.Now.Published?.Number ?? 0;
        var oldest = facts.Now.Published?.Previous ?? "";
        var announced = await JournalCalls.Run(
            journal, new PublishCommand(facts, info.Id, FactOf(info), expected, () => truth.Now + options.Notice), CancellationToken.None)
            ?? throw new GenerationException(GenerationError.TakenOver, "another publish or roll back was announced at the same time; look which generation is current, and try again");
        Log.Announced(logger, announced.Generation, announced.At);

        // 3. They answer from it. It is announced now, whoever is late: that is told, not undone.
        try
        {
            var patience = announced.At - truth.Now + Confirmation;
            await Until(member => member.Content.Current == info.Id, terms with { Wait = patience > TimeSpan.Zero ? patience : Confirmation }, lacking =>
                new GenerationException(GenerationError.WrongState, lacking), CancellationToken.None);
        }
        catch (Exception late) when (late is GenerationException or Grpc.Core.RpcException)
        {
            Log.PublishLate(logger, announced.Generation, late.Message);
        }

        if (oldest.Length > 0 && oldest != info.Id) await sharing.Remove(oldest);
        return new PublishedGeneration(registry.Get(info.Id), announced.Previous, announced.At);
    }

    private async Task Until(Func<FleetMember, bool> isSo, PublishTerms terms, Func<string, GenerationException> otherwise, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            // What others say, they say with their heartbeats; this one says it at once.
            var seen = nodes.NextSeen;
            heartbeat.Hurry();
            await Heard(seen, terms.Wait - clock.GetElapsedTime(begun), cancellation);
            var live = nodes.Members.Where(member => member.IsLive && member.Content.State != nameof(Hosting.ServerPhase.Draining) && Takes(member.Node.Name)).ToList();
            List<string> lacking = [.. live.Where(member => !isSo(member)).Select(member => member.Node.Name), .. Away(live)];
            if (lacking.Count == 0 ? live.Count >= terms.Quorum : terms.Quorum > 0 && live.Count(isSo) >= terms.Quorum) return;
            if (clock.GetElapsedTime(begun) > terms.Wait)
                throw otherwise(lacking.Count > 0 ? string.Join(", ", lacking) : $"enough nodes ({live.Count} live, {terms.Quorum} asked for)");
            await Task.Delay(options.Beat / 4, clock, cancellation);
        }
    }

    // Spare nodes of a sharded fleet own nothing and need nothing.
    private bool Takes(string node) => ownership?.Map is not { } map || map.WantedBy(node, ownership.Now).Held.Count > 0;

    private IEnumerable<string> Away(List<FleetMember> live) =>
        ownership?.Map is not { } map ? [] : map.OwnersAt(ownership.Now).Distinct().Where(owner => live.All(member => member.Node.Name != owner)).Select(owner => owner + " (away)");

    private void RequirePassed(string id)
    {
        string[] refused = [.. nodes.Members.Where(member => member.IsLive && Takes(member.Node.Name) && member.Content.Refused.Contains(id, StringComparer.Ordinal)).Select(member => member.Node.Name)];
        if (refused.Length > 0)
            throw new GenerationException(GenerationError.WrongState, $"gates of generation '{id}' failed on {string.Join(", ", refused)}; look at it there, and publish it by force, or drop it and load it again");
    }

    private async Task Heard(Task seen, TimeSpan left, CancellationToken cancellation)
    {
        try
        {
            await seen.WaitAsync(left > options.Lease ? left : options.Lease, clock, cancellation);
        }
        catch (TimeoutException)
        {
            throw Errors.Unavailable("truth does not answer, so that nothing is known of the other nodes; look at Journal:Postgres", options.Lease);
        }
    }

    private static GenerationException Taken(GenerationInfo generation) => new(
        GenerationError.AlreadyExists, $"generation '{generation.Id}' is known to the fleet with another content; load this one under another id, and drop it here");

    private SealedFact FactOf(GenerationInfo info) => new(ownership is null ? info.ContentHash : "", identity.Name, info.State != GenerationState.Failed);

    private static GenerationException Wrong(GenerationInfo info, string what) =>
        new(GenerationError.WrongState, $"generation '{info.Id}' is {info.State.ToString().ToUpperInvariant()}: {what}");
}
