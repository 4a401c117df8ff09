using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DecisionServer.Store;

/// <summary>The payload of a block of records: for each, u64 hash of the member, u16 length, the record.</summary>
internal ref struct RecordEntries(ReadOnlySpan<byte> payload)
{
    public const int HeadBytes = 10;

    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>The member of the entry read last.</summary>
    public MemberKey Member { get; private set; }

    /// <summary>The record of the entry read last.</summary>
    public ReadOnlySpan<byte> Record { get; private set; }

    /// <summary>Whether the payload is not what it should be.</summary>
    public bool IsMalformed { get; private set; }

    public static void WriteHead(Span<byte> into, ulong hash, int length)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, hash);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], (ushort)length);
    }

    /// <summary>The entry that begins at <paramref name="start"/>, in a payload that was read through before.</summary>
    public static void At(ReadOnlySpan<byte> payload, int start, out MemberKey member, out ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> entry = payload[start..];
        record = entry.Slice(HeadBytes, BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]));
        member = new MemberKey(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(record));
    }

    /// <summary>Reads the next entry for a catalogue of <paramref name="offers"/> offers; false at the end, or where it is malformed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(int offers)
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int length = _rest.Length < HeadBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(_rest[8..]);
        if (_rest.Length < HeadBytes + length || !RecordCodec.IsWellFormed(_rest.Slice(HeadBytes, length), offers))
        {
            IsMalformed = true;
            return false;
        }

        Record = _rest.Slice(HeadBytes, length);
        Member = new MemberKey(BinaryPrimitives.ReadUInt64LittleEndian(_rest), BinaryPrimitives.ReadUInt64LittleEndian(Record));
        _rest = _rest[(HeadBytes + length)..];
        return true;
    }
}
