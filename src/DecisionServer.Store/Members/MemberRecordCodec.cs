using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// The two records that a member has in memory, little-endian. Each begins with the check of the member's id (8 bytes; 0: the record
/// is empty), its format (2) and the bytes in use (4 at 12): a record is as long as its size class, and what lies behind the bytes
/// in use is left over from longer times.
/// </summary>
/// <remarks>
/// State: counts of activated, redeemed, consents, segments, chains (2 bytes each at 16), version (8 at 26), then the keys, 8 bytes each.
/// Counters: their number (2 at 8 + 2), then for each key (8), period (4), count (4, top bit: instants follow), instants (8 each).
/// </remarks>
internal static class MemberRecordCodec
{
    public const int MinBytes = 128;
    public const int MaxStateBytes = StateHeader + (8 * (MemberStateBuffer.MaxActivated + MemberStateBuffer.MaxRedeemed + (3 * MemberStateBuffer.MaxNames)));
    public const int MaxCounterBytes = CounterHeader + (16 * MemberCounters.MaxCounters) + (8 * MemberCounters.MaxStamps);
    private const int StateHeader = 40;
    private const int CounterHeader = 16;
    private const ushort StateFormat = 1;
    private const ushort CounterFormat = 2;
    private const uint RollingFlag = 0x8000_0000;

    /// <summary>The size class of a record: the next power of two.</summary>
    public static int ClassOf(int bytes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, MinBytes));

    public static int SizeOf(MemberStateBuffer state) => StateHeader
        + (8 * (state.Activated.Count + state.Redeemed.Count + state.Consents.Count + state.Segments.Count + state.Chains.Count));

    public static int SizeOf(MemberCounters counters) => CounterHeader + (16 * counters.Count) + (8 * counters.StampCount);

    public static bool IsOf(ReadOnlySpan<byte> record, ulong check) => Check(record) == check && check != 0;

    public static ulong Check(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record);

    public static bool IsCounters(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record[8..]) == CounterFormat;

    public static int UsedBytes(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record[12..]);

    public static void Write(ulong check, MemberStateBuffer state, Span<byte> into)
    {
        WriteHeader(check, StateFormat, 0, SizeOf(state), into);
        var at = 16;
        foreach (var count in (ReadOnlySpan<int>)[state.Activated.Count, state.Redeemed.Count, state.Consents.Count, state.Segments.Count, state.Chains.Count])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(into[at..], checked((ushort)count));
            at += 2;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(into[26..], state.Version);
        var keys = into[StateHeader..];
        state.Activated.Write(ref keys);
        state.Redeemed.Write(ref keys);
        state.Consents.Write(ref keys);
        state.Segments.Write(ref keys);
        state.Chains.Write(ref keys);
    }

    public static void Read(ReadOnlySpan<byte> record, MemberStateBuffer into)
    {
        into.Version = BinaryPrimitives.ReadUInt64LittleEndian(record[26..]);
        var keys = record[StateHeader..];
        into.Activated.Read(ref keys, Count(record, 0));
        into.Redeemed.Read(ref keys, Count(record, 1));
        into.Consents.Read(ref keys, Count(record, 2));
        into.Segments.Read(ref keys, Count(record, 3));
        into.Chains.Read(ref keys, Count(record, 4));
    }

    public static void Write(ulong check, MemberCounters counters, Span<byte> into)
    {
        WriteHeader(check, CounterFormat, counters.Count, SizeOf(counters), into);
        var at = CounterHeader;
        foreach (ref readonly var counter in counters.Span)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(into[at..], counter.Key);
            BinaryPrimitives.WriteInt32LittleEndian(into[(at + 8)..], counter.Period);
            BinaryPrimitives.WriteUInt32LittleEndian(into[(at + 12)..], (uint)counter.Count | (counter.IsRolling ? RollingFlag : 0));
            var stamps = MemoryMarshal.AsBytes(counters.StampsOf(in counter));
            stamps.CopyTo(into[(at + 16)..]);
            at += 16 + stamps.Length;
        }
    }

    public static void Read(ReadOnlySpan<byte> record, MemberCounters into)
    {
        into.Clear();
        var at = CounterHeader;
        for (int left = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]); left > 0; left--)
        {
            var count = BinaryPrimitives.ReadUInt32LittleEndian(record[(at + 12)..]);
            var isRolling = (count & RollingFlag) != 0;
            var counter = new CounterEntry(
                BinaryPrimitives.ReadUInt64LittleEndian(record[at..]), BinaryPrimitives.ReadInt32LittleEndian(record[(at + 8)..]),
                (int)(count & ~RollingFlag), isRolling ? 0 : -1);
            at += 16;
            var stamps = isRolling ? MemoryMarshal.Cast<byte, long>(record.Slice(at, counter.Count * 8)) : [];
            into.Restore(in counter, stamps);
            at += stamps.Length * 8;
        }
    }

    private static int Count(ReadOnlySpan<byte> record, int list) => BinaryPrimitives.ReadUInt16LittleEndian(record[(16 + (2 * list))..]);

    private static void WriteHeader(ulong check, ushort format, int count, int used, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, check);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], format);
        BinaryPrimitives.WriteUInt16LittleEndian(into[10..], checked((ushort)count));
        BinaryPrimitives.WriteInt32LittleEndian(into[12..], used);
    }
}
