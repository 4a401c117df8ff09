using System.Text;

namespace DecisionServer.Store;

/// <summary>What an affinity is about.</summary>
public enum AffinityKind : byte
{
    /// <summary>An item (product).</summary>
    Item = 1,

    /// <summary>A category.</summary>
    Category = 2,

    /// <summary>A brand.</summary>
    Brand = 3,

    /// <summary>A chain.</summary>
    Chain = 4,
}

/// <summary>
/// 48-bit hashes of what affinities are about. With 64 affinities and 1,000 candidates of three keys each, a request takes
/// one for another with a probability below 1e-9.
/// </summary>
public static class AffinityKey
{
    /// <summary>Bits of a key.</summary>
    public const int Bits = 48;

    /// <summary>The key of an item id, category, brand or chain, 1 to 64 bytes of UTF-8.</summary>
    public static ulong From(AffinityKind kind, ReadOnlySpan<byte> utf8Key) => XxHash64.Hash(utf8Key, (ulong)kind << 56) >> (64 - Bits);

    /// <summary>The key of an item id, category, brand or chain of at most 64 bytes in UTF-8.</summary>
    /// <exception cref="ArgumentException">The key is longer.</exception>
    public static ulong From(AffinityKind kind, string key)
    {
        Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
        return From(kind, utf8[..Encoding.UTF8.GetBytes(key, utf8)]);
    }
}
