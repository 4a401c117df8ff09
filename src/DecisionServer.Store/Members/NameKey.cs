using System.Text;

namespace DecisionServer.Store;

/// <summary>64-bit hashes of the names that member state knows: consents, segments, chains, placements, channels.</summary>
public static class NameKey
{
    private const ulong Seed = 0x6E616D65; // "name"

    /// <summary>The key of a name of at most 64 bytes in UTF-8.</summary>
    /// <exception cref="ArgumentException">The name is longer.</exception>
    public static ulong From(ReadOnlySpan<char> name)
    {
        Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
        return XxHash64.Hash(utf8[..Encoding.UTF8.GetBytes(name, utf8)], Seed);
    }
}
