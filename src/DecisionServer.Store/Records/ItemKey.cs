using System.Text;

namespace DecisionServer.Store;

/// <summary>64-bit hashes of item ids.</summary>
public static class ItemKey
{
    private const ulong Seed = 0x6974656D; // "item"

    /// <summary>The key of an item id, 1 to 64 bytes of UTF-8.</summary>
    public static ulong From(ReadOnlySpan<byte> utf8) => XxHash64.Hash(utf8, Seed);

    /// <summary>The key of an item id of at most 64 bytes in UTF-8.</summary>
    /// <exception cref="ArgumentException">The id is longer.</exception>
    public static ulong From(string itemId)
    {
        Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
        return From(utf8[..Encoding.UTF8.GetBytes(itemId, utf8)]);
    }
}
