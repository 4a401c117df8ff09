using System.Buffers.Binary;
using System.Text;

namespace DecisionServer.Store;

/// <summary>How far a generation has taken in what truth says was put into it.</summary>
/// <param name="Truth">Which truth: places of another one mean nothing. Empty: none was ever followed.</param>
/// <param name="Place">What was taken in last.</param>
/// <param name="Catalogue">Number of the catalogue then.</param>
internal readonly record struct PutPosition(string Truth, PutPlace Place, long Catalogue)
{
    private const int HeadBytes = 20;

    public static PutPosition None => new("", default, 0);

    /// <summary>A block of a generation's log that says so, its head still to be written.</summary>
    public byte[] ToBlock()
    {
        byte[] truth = Encoding.UTF8.GetBytes(Truth);
        byte[] block = new byte[BlockHeader.Bytes + HeadBytes + truth.Length];
        Span<byte> payload = block.AsSpan(BlockHeader.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(payload, Place.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(payload[8..], Place.Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(payload[12..], Catalogue);
        truth.CopyTo(payload[HeadBytes..]);
        return block;
    }

    /// <summary>Reads the payload of such a block; false: it is malformed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out PutPosition position)
    {
        position = None;
        if (payload.Length < HeadBytes)
        {
            return false;
        }

        position = new PutPosition(
            Encoding.UTF8.GetString(payload[HeadBytes..]),
            new PutPlace(BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[8..])),
            BinaryPrimitives.ReadInt64LittleEndian(payload[12..]));
        return true;
    }
}
