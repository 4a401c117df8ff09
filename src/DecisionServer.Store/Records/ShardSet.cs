using System.Text.Json.Serialization;

namespace DecisionServer.Store;

/// <summary>Some of the shards that members are divided into: those that a node owns, or those whose sets a generation holds here. Immutable.</summary>
public sealed class ShardSet : IEquatable<ShardSet>
{
    /// <summary>Shards that a fleet may have.</summary>
    public const int Most = 4096;

    private readonly bool[] _holds;

    /// <summary>Makes a set.</summary>
    /// <param name="count">Shards there are, 1 to <see cref="Most"/>.</param>
    /// <param name="held">Those in the set, each from 0 to <paramref name="count"/> - 1.</param>
    [JsonConstructor]
    public ShardSet(int count, IReadOnlyList<int> held)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        _holds = new bool[count];
        foreach (int shard in held)
        {
            _holds[shard] = true;
        }

        Held = [.. Enumerable.Range(0, count).Where(shard => _holds[shard])];
    }

    /// <summary>Shards there are.</summary>
    public int Count => _holds.Length;

    /// <summary>Those in the set, ascending.</summary>
    public IReadOnlyList<int> Held { get; }

    /// <summary>All shards.</summary>
    public static ShardSet All(int count) => new(count, [.. Enumerable.Range(0, count)]);

    /// <summary>The shard of a member: the range of 64-bit hashes cut into <paramref name="count"/> equal parts, numbered from 0.</summary>
    public static int ShardOf(ulong hash, int count) => (int)Math.BigMul(hash, (ulong)count, out _);

    /// <summary>Whether a member belongs to one of them.</summary>
    public bool Holds(in MemberKey member) => _holds[ShardOf(member.Hash, _holds.Length)];

    /// <summary>Whether a shard is one of them.</summary>
    public bool Contains(int shard) => _holds[shard];

    /// <summary>Those that are not in another set of the same count.</summary>
    public ShardSet Without(ShardSet other) => new(Count, [.. Held.Where(shard => !other._holds[shard])]);

    /// <summary>Those in either set, which are of the same count.</summary>
    public ShardSet With(ShardSet other) => new(Count, [.. Held, .. other.Held]);

    /// <inheritdoc/>
    public bool Equals(ShardSet? other) => other is not null && _holds.AsSpan().SequenceEqual(other._holds);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ShardSet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Held.Count, Held.Count > 0 ? Held[0] : -1);

    /// <summary>The set for people: "0, 3 of 8".</summary>
    public override string ToString() => $"{(Held.Count == 0 ? "none" : string.Join(", ", Held))} of {Count}";
}
