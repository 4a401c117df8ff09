using FASTER.core;

namespace DecisionServer.Store;

/// <summary>What a read of a member's record found. The buffer that is set says which record is wanted.</summary>
internal struct MemberOutput
{
    public MemberStateBuffer? State;
    public MemberCounters? Counters;

    /// <summary>Check of the record that was there; 0: an empty one.</summary>
    public ulong Check;

    /// <summary>Bytes of the place it has.</summary>
    public int Length;
}

/// <summary>
/// Reads unpack straight from the log, while the record is locked against its writer (RecordIsolation). Writes go in place while
/// the new record's size class fits the old one's place; else FASTER appends, and the old place is left behind.
/// </summary>
internal sealed class MemberFunctions : FunctionsBase<long, SpanByte, ulong, MemberOutput, Empty>
{
    public override bool SingleReader(ref long key, ref ulong check, ref SpanByte value, ref MemberOutput output, ref ReadInfo readInfo) =>
        Unpack(value.AsReadOnlySpan(), check, ref output);

    public override bool ConcurrentReader(ref long key, ref ulong check, ref SpanByte value, ref MemberOutput output, ref ReadInfo readInfo) =>
        Unpack(value.AsReadOnlySpan(), check, ref output);

    public override bool ConcurrentWriter(ref long key, ref ulong check, ref SpanByte source, ref SpanByte existing, ref MemberOutput output, ref UpsertInfo info)
    {
        if (existing.Length < source.Length) return false;
        source.AsReadOnlySpan().CopyTo(existing.AsSpan());
        return true;
    }

    public override bool SingleWriter(ref long key, ref ulong check, ref SpanByte source, ref SpanByte destination, ref MemberOutput output, ref UpsertInfo info, WriteReason reason)
    {
        source.CopyTo(ref destination);
        return true;
    }

    private static bool Unpack(ReadOnlySpan<byte> record, ulong check, ref MemberOutput output)
    {
        output.Check = MemberRecordCodec.Check(record);
        output.Length = record.Length;
        if (output.Check != check) return true;
        if (output.State is { } state) MemberRecordCodec.Read(record, state);
        else if (output.Counters is { } counters) MemberRecordCodec.Read(record, counters);
        return true;
    }
}
