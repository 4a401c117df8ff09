using System.Text;

namespace DecisionServer.Store;

/// <summary>64-bit hashes of offer ids: what member state knows offers by, whatever generation they are of.</summary>
public static class OfferKey
{
    private const ulong Seed = 0x6F66666572; // "offer"

    /// <summary>The key of an offer id, 1 to 64 bytes of UTF-8.</summary>
    public static ulong From(ReadOnlySpan<byte> utf8) => XxHash64.Hash(utf8, Seed);

    /// <summary>The key of an offer id of at most 64 bytes in UTF-8.</summary>
    /// <exception cref="ArgumentException">The id is longer.</exception>
    public static ulong From(string offerId)
    {
        Span<byte> utf8 = stackalloc byte[IdRules.MaxBytes];
        return From(utf8[..Encoding.UTF8.GetBytes(offerId, utf8)]);
    }
}
