using System.IO.Compression;

namespace DecisionServer.Loader;

/// <summary>
/// A small gzip member of known content, read behind the real end of a compressed input. <see cref="GZipStream"/> ends without an error
/// when its input is cut short and ignores bytes behind the last member; only if the input was complete does its output end in this content.
/// </summary>
internal static class GzipSentinel
{
    /// <summary>What the member holds: repetitive, so that its compressed bytes cannot be taken for it.</summary>
    public static readonly byte[] Content = [.. Enumerable.Repeat("end of the real input;"u8.ToArray(), 4).SelectMany(bytes => bytes)];

    /// <summary>The member itself.</summary>
    public static readonly byte[] Member = Compress(Content);

    private static byte[] Compress(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal)) gzip.Write(content);
        return bytes.ToArray();
    }
}
