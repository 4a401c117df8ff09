using System.Globalization;

namespace DecisionServer.Store;

/// <summary>A segment file as the manifest lists it.</summary>
/// <param name="Name">Name in the generation's folder.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">Chained hash over the heads of its blocks, which hold the checksums of all the rest; hexadecimal.</param>
internal sealed record SegmentFile(string Name, long Length, string Hash)
{
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"segment-{number:0000}.seg");

    /// <summary>Whether a name is one that <see cref="NameOf"/> makes: nothing that leads out of a folder is.</summary>
    public static bool IsName(string name) =>
        name.StartsWith("segment-", StringComparison.Ordinal) && name.EndsWith(".seg", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(8, name.Length - 12), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && NameOf(number) == name;

    public static ulong Chain(ulong hash, ReadOnlySpan<byte> blockHead) => XxHash64.Hash(blockHead, hash);
}
