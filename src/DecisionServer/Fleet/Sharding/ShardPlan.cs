namespace DecisionServer.Fleet.Sharding;

/// <summary>Who should own which shard, going by which nodes live and what they hold. The same input gives the same plan on every node.</summary>
internal static class ShardPlan
{
    /// <summary>The owners that should be.</summary>
    /// <param name="owners">The owners that are.</param>
    /// <param name="nodes">Nodes that live and take part.</param>
    /// <param name="lost">Owners that have been silent for so long that they are not waited for any more.</param>
    /// <param name="holds">Whether a node of <paramref name="nodes"/> has a shard's sets, or there are none to have.</param>
    /// <returns>
    /// A shard stays with an owner that is away for a short time, and with one that is lost where nobody else has its sets: in another's hands its members would be
    /// strangers. All others are dealt out evenly.
    /// </returns>
    public static IReadOnlyList<string> Make(IReadOnlyList<string> owners, IReadOnlyCollection<string> nodes, IReadOnlySet<string> lost, Func<int, bool> holds)
    {
        int[] dealt = [.. Enumerable.Range(0, owners.Count).Where(shard => nodes.Contains(owners[shard]) || (lost.Contains(owners[shard]) && holds(shard)))];
        if (dealt.Length == 0 || nodes.Count == 0)
        {
            return owners;
        }

        string[] balanced = ShardAssignment.Balance([.. dealt.Select(shard => owners[shard])], nodes);
        string[] next = [.. owners];
        for (int i = 0; i < dealt.Length; i++)
        {
            next[dealt[i]] = balanced[i];
        }

        return next;
    }
}
