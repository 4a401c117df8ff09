using System.Text.Json.Serialization;
using DecisionServer.Store;

namespace DecisionServer.Fleet.Sharding;

/// <summary>
/// Which node owns which shard: one fact in truth, replaced as a whole. A change goes in three steps, each a version of its own. Proposed: who is to gain shards fetches
/// them, who owned them goes on. Announced, once all of it has come: from one instant on the new owners are asked. Settled with the next proposal.
/// </summary>
/// <param name="Version">Grows by one with each change.</param>
/// <param name="Owners">The owner of each shard, by the node's name.</param>
/// <param name="Next">The owners that are to follow. Null: no change is under way.</param>
/// <param name="At">By truth's clock: from when on these are the owners. Null: not announced yet.</param>
internal sealed record ShardMap(long Version, IReadOnlyList<string> Owners, IReadOnlyList<string>? Next = null, DateTimeOffset? At = null)
{
    /// <summary>Shards there are.</summary>
    [JsonIgnore]
    public int Count => Owners.Count;

    /// <summary>Whether a change is under way at an instant.</summary>
    public bool IsChanging(DateTimeOffset now) => Next is not null && !(At <= now);

    /// <summary>The owners at an instant.</summary>
    public IReadOnlyList<string> OwnersAt(DateTimeOffset now) => Next is not null && At <= now ? Next : Owners;

    /// <summary>The shards that a node owns at an instant.</summary>
    public ShardSet OwnedBy(string node, DateTimeOffset now) => Of(OwnersAt(now), node);

    /// <summary>The shards whose sets a node must have: those that it owns, and those that it is to own.</summary>
    public ShardSet WantedBy(string node, DateTimeOffset now) => IsChanging(now) ? Of(Owners, node).With(Of(Next!, node)) : OwnedBy(node, now);

    /// <summary>
    /// The shards that a node answers for. One that gains shards begins with the announcement, when it has them, and one that loses them ends at the instant: so however
    /// far apart their clocks are, no member is without a node that answers, and both answer alike.
    /// </summary>
    public ShardSet AnsweredBy(string node, DateTimeOffset now) => At is null ? Of(Owners, node) : WantedBy(node, now);

    /// <summary>The shards that change hands: the shard and the node that is to own it.</summary>
    [JsonIgnore]
    public IEnumerable<(int Shard, string Node)> Moves =>
        Next is null ? [] : Enumerable.Range(0, Count).Where(shard => Next[shard] != Owners[shard]).Select(shard => (shard, Next[shard]));

    /// <summary>The first map of a fleet.</summary>
    public static ShardMap First(int count, IReadOnlyCollection<string> nodes) => new(1, ShardAssignment.Balance(new string?[count], nodes));

    /// <summary>The next version, with other owners to follow.</summary>
    public ShardMap Propose(IReadOnlyList<string> next, DateTimeOffset now)
    {
        var owners = OwnersAt(now);
        return new ShardMap(Version + 1, owners, next.SequenceEqual(owners) ? null : next);
    }

    /// <summary>The next version, with the instant at which what was proposed comes to hold.</summary>
    public ShardMap Announce(DateTimeOffset at) => this with { Version = Version + 1, At = at };

    private static ShardSet Of(IReadOnlyList<string> owners, string node) =>
        new(owners.Count, [.. Enumerable.Range(0, owners.Count).Where(shard => owners[shard] == node)]);
}
