namespace DecisionServer.Fleet.Sharding;

/// <summary>Which shards nobody serves, because the node that owns them is away.</summary>
internal sealed class ShardAbsence(ShardOwnership ownership, NodeDirectory nodes)
{
    /// <summary>These shards, ascending.</summary>
    public IReadOnlyList<int> Shards => [.. Find().Select(absent => absent.Shard)];

    /// <summary>The same in words; empty: all are served.</summary>
    public string Describe() => string.Join("; ", Find()
        .GroupBy(absent => absent.Owner, absent => absent.Shard)
        .Select(group => $"members of {(group.Count() == 1 ? "shard" : "shards")} {string.Join(", ", group)} are not served: node \"{group.Key}\", which owns {(group.Count() == 1 ? "it" : "them")}, is away"));

    private IEnumerable<(int Shard, string Owner)> Find()
    {
        if (ownership.Map is not { } map) return [];
        var live = nodes.Members.Where(member => member.IsLive).Select(member => member.Node.Name).ToHashSet(StringComparer.Ordinal);
        return map.OwnersAt(ownership.Now).Select((owner, shard) => (shard, owner)).Where(owned => !live.Contains(owned.owner));
    }
}
