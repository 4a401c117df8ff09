using System.Globalization;

namespace DecisionServer.Store;

/// <summary>A segment file as the manifest lists it.</summary>
/// <param name="Name">Name in the generation's folder.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">Chained hash over the heads of its blocks, which hold the checksums of all the rest; hexadecimal.</param>
internal sealed record SegmentFile(string Name, long Length, string Hash)
{
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"segment-{number:0000}.seg");

    public static ulong Chain(ulong hash, ReadOnlySpan<byte> blockHead) => XxHash64.Hash(blockHead, hash);
}
