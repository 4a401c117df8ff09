using DecisionServer.Client.Routing;

namespace DecisionServer.Loader;

/// <summary>Which of the servers of a load takes which members.</summary>
/// <param name="targets">Servers there are.</param>
/// <param name="targetOf">The server of each shard, by its place; null: there is one, and it takes all.</param>
internal sealed class ShardRoutes(int targets, int[]? targetOf)
{
    /// <summary>One server takes all members.</summary>
    public static ShardRoutes One { get; } = new(1, null);

    public int Targets => targets;

    /// <summary>The server that takes a member. The member's shard is as the contract says (GetFleetResponse.shard_count).</summary>
    public int Of(ReadOnlySpan<byte> memberId) => targetOf is null ? 0 : targetOf[(int)Math.BigMul(XxHash64.Hash(memberId), (ulong)targetOf.Length, out _)];

    /// <summary>By what each server said that it takes.</summary>
    /// <param name="count">Shards there are.</param>
    /// <param name="shards">The shards of each server.</param>
    /// <param name="fault">Which shard nobody takes, or two do.</param>
    public static ShardRoutes? TryCreate(int count, IReadOnlyList<IReadOnlyCollection<int>> shards, out string fault)
    {
        fault = "";
        var targetOf = new int[count];
        Array.Fill(targetOf, -1);
        for (var target = 0; target < shards.Count; target++)
        {
            foreach (var shard in shards[target])
            {
                if (shard >= count || targetOf[shard] >= 0) fault = $"shard {shard} is taken twice";
                else targetOf[shard] = target;
            }
        }

        var nobody = Array.IndexOf(targetOf, -1);
        if (nobody >= 0) fault = $"shard {nobody} is taken by nobody";
        return fault.Length == 0 ? new ShardRoutes(shards.Count, targetOf) : null;
    }
}
