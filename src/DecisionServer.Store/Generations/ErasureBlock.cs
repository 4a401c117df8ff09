using System.Buffers.Binary;

namespace DecisionServer.Store;

/// <summary>
/// The payload of a block of erasures in a generation's log: how far the generation has followed the <see cref="ErasureLog"/> (i64 count, u64 stamp), then the
/// members that it held (u64 hash, u64 check each). Sets behind it in the log are of somebody new.
/// </summary>
internal static class ErasureBlock
{
    private const int HeadBytes = 16;
    private const int MemberBytes = 16;

    /// <summary>A block, its head still to be written.</summary>
    public static byte[] Make(ErasurePosition position, IReadOnlyList<MemberKey> members)
    {
        var block = new byte[BlockHeader.Bytes + HeadBytes + (members.Count * MemberBytes)];
        Span<byte> rest = block.AsSpan(BlockHeader.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(rest, position.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], position.Stamp);
        rest = rest[HeadBytes..];
        foreach (MemberKey member in members)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, member.Hash);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], member.Check);
            rest = rest[MemberBytes..];
        }

        return block;
    }

    /// <summary>Takes the members out of the sets; false: the payload is malformed.</summary>
    public static bool TryApply(ReadOnlySpan<byte> payload, OfferSetStore sets, out ErasurePosition position)
    {
        position = default;
        if (payload.Length < HeadBytes || payload.Length % MemberBytes != 0)
        {
            return false;
        }

        position = new ErasurePosition(BinaryPrimitives.ReadInt64LittleEndian(payload), BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]));
        for (ReadOnlySpan<byte> rest = payload[HeadBytes..]; !rest.IsEmpty; rest = rest[MemberBytes..])
        {
            sets.Erase(new MemberKey(BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadUInt64LittleEndian(rest[8..])));
        }

        return true;
    }
}
