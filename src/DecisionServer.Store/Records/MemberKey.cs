using System.Text;

namespace DecisionServer.Store;

/// <summary>
/// A member's id as the stores know it: the key, and an independent check that is stored with the record, so that two
/// members whose keys collide never see each other's offers.
/// </summary>
/// <param name="Hash">XXH64 of the id's UTF-8 bytes, the key.</param>
/// <param name="Check">XXH64 of the same bytes under another seed.</param>
public readonly record struct MemberKey(ulong Hash, ulong Check)
{
    private const ulong HashSeed = 0;
    private const ulong CheckSeed = 0x6F66666572736574; // "offerset"; any constant other than HashSeed

    /// <summary>The key of an id, 1 to 64 bytes of UTF-8.</summary>
    public static MemberKey From(ReadOnlySpan<byte> utf8) => new(XxHash64.Hash(utf8, HashSeed), XxHash64.Hash(utf8, CheckSeed));

    /// <summary>The key of an id of at most 64 bytes in UTF-8.</summary>
    /// <exception cref="ArgumentException">The id is longer.</exception>
    public static MemberKey From(string id)
    {
        Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
        return From(utf8[..Encoding.UTF8.GetBytes(id, utf8)]);
    }
}
