namespace DecisionServer.Fleet.Sharding;

/// <summary>Deals shards out to nodes: evenly, and with as few moves as that takes. The same input gives the same result on every node.</summary>
public static class ShardAssignment
{
    /// <summary>Who owns which shard from now on.</summary>
    /// <param name="owners">Who owned each shard before; null or a node that is not among <paramref name="nodes"/>: nobody.</param>
    /// <param name="nodes">The nodes that are to own shards, each once, at least one; their order has no meaning.</param>
    /// <returns>The owner of each shard. No node has more than one shard more than another.</returns>
    public static string[] Balance(IReadOnlyList<string?> owners, IReadOnlyCollection<string> nodes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(nodes.Count);

        // 1. What each node has: of the shares, which differ by one, those who have most get the larger ones. So fewest have to give.
        var held = nodes.ToDictionary(node => node, _ => new List<int>(), StringComparer.Ordinal);
        for (int shard = 0; shard < owners.Count; shard++)
        {
            if (owners[shard] is { } owner && held.TryGetValue(owner, out List<int>? shards))
            {
                shards.Add(shard);
            }
        }

        string[] order = [.. nodes.OrderByDescending(node => held[node].Count).ThenBy(node => node, StringComparer.Ordinal)];
        (int share, int larger) = Math.DivRem(owners.Count, nodes.Count);

        // 2. Each keeps its lowest shards, up to its share.
        var next = new string?[owners.Count];
        var room = new Queue<string>();
        for (int i = 0; i < order.Length; i++)
        {
            int own = share + (i < larger ? 1 : 0);
            foreach (int shard in held[order[i]].Take(own))
            {
                next[shard] = order[i];
            }

            for (int free = held[order[i]].Count; free < own; free++)
            {
                room.Enqueue(order[i]);
            }
        }

        // 3. The others go where there is room.
        return [.. next.Select(owner => owner ?? room.Dequeue())];
    }
}
