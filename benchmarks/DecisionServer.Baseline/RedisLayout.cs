using System.Buffers.Binary;

namespace DecisionServer.Baseline;

/// <summary>What lies where in Redis.</summary>
internal static class RedisLayout
{
    /// <summary>The id of the generation that serves.</summary>
    public const string Current = "generation";

    /// <summary>The ids of offers that are off, as a set.</summary>
    public const string Unavailable = "unavailable";

    private const int EntryBytes = 8;

    /// <summary>The offers of a generation: a list of Offer messages, in the order of their indexes.</summary>
    public static string Catalogue(string generation) => $"catalogue:{generation}";

    /// <summary>A member's set: index and score, four bytes each, offer after offer.</summary>
    public static string Set(string generation, string member) => $"set:{generation}:{member}";

    /// <summary>Offers of a packed set.</summary>
    public static int Count(ReadOnlySpan<byte> set) => set.Length / EntryBytes;

    /// <summary>One offer of a packed set.</summary>
    public static (int Index, float Score) Read(ReadOnlySpan<byte> set, int position)
    {
        var entry = set.Slice(position * EntryBytes, EntryBytes);
        return (BinaryPrimitives.ReadInt32LittleEndian(entry), BinaryPrimitives.ReadSingleLittleEndian(entry[4..]));
    }

    /// <summary>Packs a set.</summary>
    public static byte[] Pack(IReadOnlyList<(int Index, float Score)> offers)
    {
        var set = new byte[offers.Count * EntryBytes];
        for (var i = 0; i < offers.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(set.AsSpan(i * EntryBytes), offers[i].Index);
            BinaryPrimitives.WriteSingleLittleEndian(set.AsSpan((i * EntryBytes) + 4), offers[i].Score);
        }

        return set;
    }
}
