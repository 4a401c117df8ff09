using System.Buffers.Binary;

namespace DecisionServer.Store;

/// <summary>What a block of a segment file holds.</summary>
internal enum BlockKind : byte
{
    /// <summary>Offers of the catalogue, as JSON.</summary>
    Offers = 1,

    /// <summary>Packed records: u64 hash of the member, u16 length, the record (<see cref="RecordCodec"/>).</summary>
    Records = 2,

    /// <summary>The name of a stream, UTF-8, before the first block of that stream.</summary>
    Stream = 3,

    /// <summary>The end of the catalogue; no payload.</summary>
    OffersEnd = 4,

    /// <summary>In a log of changes: members erased before what follows (<see cref="ErasureBlock"/>).</summary>
    Erasures = 5,

    /// <summary>In a log of changes: how far truth has been followed in what was put (<see cref="PutPosition"/>).</summary>
    Puts = 6,
}

/// <summary>The head of a block: what follows, where it belongs, and the checksums of both.</summary>
/// <param name="Kind">What the payload is.</param>
/// <param name="Stream">Number of the stream it came over, from 0.</param>
/// <param name="Sequence">Number of the chunk in its stream, from 1.</param>
/// <param name="Records">Records or offers in the payload.</param>
/// <param name="Rejected">Sets of the chunk that were refused.</param>
/// <param name="PayloadLength">Bytes that follow.</param>
/// <param name="PayloadCrc">Their CRC-32C.</param>
internal readonly record struct BlockHeader(
    BlockKind Kind, byte Stream, ulong Sequence, int Records, int Rejected, int PayloadLength, uint PayloadCrc)
{
    public const int Bytes = 32;

    /// <summary>Longest payload: a message of 4 MiB, unpacked, with room to spare.</summary>
    public const int MaxPayload = 16 << 20;

    private const ushort Magic = 0x5344; // "DS"

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(into, Magic);
        into[2] = (byte)Kind;
        into[3] = Stream;
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], PayloadLength);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(into[16..], Records);
        BinaryPrimitives.WriteInt32LittleEndian(into[20..], Rejected);
        BinaryPrimitives.WriteUInt32LittleEndian(into[24..], PayloadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(into[28..], Crc32C.Compute(into[..28]));
    }

    /// <summary>Reads a head; false: it is not one, or it is damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out BlockHeader header)
    {
        header = new BlockHeader(
            (BlockKind)from[2],
            from[3],
            BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[24..]));
        return BinaryPrimitives.ReadUInt16LittleEndian(from) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(from[28..]) == Crc32C.Compute(from[..28])
            && header.PayloadLength is >= 0 and <= MaxPayload;
    }
}
