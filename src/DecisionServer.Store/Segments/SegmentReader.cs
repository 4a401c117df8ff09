using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>Takes a block of a segment file.</summary>
internal delegate void BlockHandler(in BlockHeader header, ReadOnlyMemory<byte> payload);

/// <summary>How far a segment file could be read.</summary>
/// <param name="Length">Bytes up to the end of the last good block.</param>
/// <param name="Hash">Chained hash up to there.</param>
/// <param name="Fault">What is wrong behind it; empty: nothing, the file ends there.</param>
internal readonly record struct SegmentScan(long Length, ulong Hash, string Fault);

/// <summary>Reads segment files block by block, each verified before it is handed on.</summary>
internal static class SegmentReader
{
    private const int ReadAhead = 4 << 20;

    /// <summary>Reads until the end or the first fault.</summary>
    public static SegmentScan Scan(string path, BlockHandler handle)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        long end = RandomAccess.GetLength(file), good = 0;
        ulong hash = 0;
        byte[] buffer = new byte[ReadAhead];
        long bufferAt = 0;
        int buffered = 0;

        while (good < end)
        {
            if (end - good < BlockHeader.Bytes || !Ensure(BlockHeader.Bytes))
            {
                return Stop("ends in the middle of a block's head");
            }

            ReadOnlyMemory<byte> head = buffer.AsMemory((int)(good - bufferAt), BlockHeader.Bytes);
            if (!BlockHeader.TryRead(head.Span, out BlockHeader header))
            {
                return Stop("has a damaged block head");
            }

            int length = BlockHeader.Bytes + header.PayloadLength;
            if (end - good < length || !Ensure(length))
            {
                return Stop("ends in the middle of a block");
            }

            ReadOnlyMemory<byte> block = buffer.AsMemory((int)(good - bufferAt), length);
            if (Crc32C.Compute(block.Span[BlockHeader.Bytes..]) != header.PayloadCrc)
            {
                return Stop("has a damaged block");
            }

            handle(header, block[BlockHeader.Bytes..]);
            hash = SegmentFile.Chain(hash, block.Span[..BlockHeader.Bytes]);
            good += length;
        }

        return new SegmentScan(good, hash, "");

        SegmentScan Stop(string what) => new(good, hash, string.Create(CultureInfo.InvariantCulture, $"{path}: {what} at byte {good}"));

        // Makes the next bytes from `good` on available in the buffer.
        bool Ensure(int bytes)
        {
            if (bufferAt + buffered - good >= bytes)
            {
                return true;
            }

            if (bytes > buffer.Length)
            {
                buffer = new byte[bytes];
            }

            bufferAt = good;
            buffered = 0;
            while (buffered < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(buffered), bufferAt + buffered) is var read and > 0)
            {
                buffered += read;
            }

            return buffered >= bytes;
        }
    }
}
