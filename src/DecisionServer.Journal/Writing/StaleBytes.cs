using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Journal;

/// <summary>
/// Looks for bytes in those parts of a database file that hold no live row. With secure_delete SQLite zeroes what is deleted, but where pages were split or merged
/// before, a copy of a row may be left between the pointers and the cells of a page. The log must be empty, and nobody may write meanwhile.
/// </summary>
internal static class StaleBytes
{
    private const int PagesAtOnce = 256;
    private const int FileHeaderBytes = 100;

    /// <summary>Whether one of the texts is left.</summary>
    public static bool AnyOf(string path, IReadOnlyList<byte[]> texts)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> size = stackalloc byte[2];
        RandomAccess.Read(file, size, 16);
        var pageBytes = BinaryPrimitives.ReadUInt16BigEndian(size) is var stored && stored == 1 ? 65536 : stored;
        var buffer = new byte[pageBytes * PagesAtOnce];
        long at = 0;
        for (int read; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read)
        {
            for (var start = 0; start + pageBytes <= read; start += pageBytes)
            {
                if (AnyOf(Stale(buffer.AsSpan(start, pageBytes), at + start == 0), texts)) return true;
            }
        }

        return false;
    }

    private static bool AnyOf(ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]> texts)
    {
        if (!bytes.ContainsAnyExcept((byte)0)) return false;
        foreach (var text in texts)
        {
            if (bytes.IndexOf(text) >= 0) return true;
        }

        return false;
    }

    // The part of a page that no row uses: of a b-tree page what lies between pointers and cells, else (free and overflow pages) all of it.
    private static ReadOnlySpan<byte> Stale(ReadOnlySpan<byte> page, bool isFirst)
    {
        var header = page[(isFirst ? FileHeaderBytes : 0)..];
        var headerBytes = header[0] switch
        {
            2 or 5 => 12,
            10 or 13 => 8,
            _ => 0,
        };
        if (headerBytes == 0) return page;
        var from = page.Length - header.Length + headerBytes + (2 * BinaryPrimitives.ReadUInt16BigEndian(header[3..]));
        var to = BinaryPrimitives.ReadUInt16BigEndian(header[5..]) is var cells && cells == 0 ? page.Length : cells;
        return from < to && to <= page.Length ? page[from..to] : page;
    }
}
