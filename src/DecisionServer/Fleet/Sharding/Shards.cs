using DecisionServer.Store;

namespace DecisionServer.Fleet.Sharding;

/// <summary>Which shard a member belongs to. Loader and client compute the same (src/README.md, "Shards"): the contract fixes it (GetFleetResponse.shard_count).</summary>
public static class Shards
{
    /// <summary>Shards that a fleet may have.</summary>
    public const int Most = ShardSet.Most;

    /// <summary>The shard of a member: the range of 64-bit hashes cut into <paramref name="shards"/> equal parts, numbered from 0.</summary>
    /// <param name="member">The member; its hash is XXH64 of the id's UTF-8 bytes with seed 0.</param>
    /// <param name="shards">How many there are, 1 to <see cref="Most"/>.</param>
    public static int Of(in MemberKey member, int shards) => ShardSet.ShardOf(member.Hash, shards);
}
