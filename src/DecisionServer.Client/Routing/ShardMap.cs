using DecisionServer.Client.Endpoints;

namespace DecisionServer.Client.Routing;

/// <summary>Which endpoint owns which shard of members.</summary>
internal sealed class ShardMap(Endpoint?[] owners)
{
    /// <summary>Shards there are.</summary>
    public int Shards => owners.Length;

    /// <summary>The shard of a member's hash, as the contract says (GetFleetResponse.shard_count).</summary>
    public static int ShardOf(ulong hash, int shards) => (int)Math.BigMul(hash, (ulong)shards, out _);

    /// <summary>Who owns a member; null: nobody that is known.</summary>
    public Endpoint? OwnerOf(ulong hash) => owners[ShardOf(hash, owners.Length)];
}
