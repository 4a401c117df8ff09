using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// Sums over records, by which two nodes find out whether they hold the same: a sum of hashes, so that the order in which records lie does not matter.
/// What a member's counters are is compared, not in which order they were touched.
/// </summary>
internal sealed class MemberDigest
{
    private const ulong Seed = 0x646967657374; // "digest"
    private readonly MemberCounters _counters = new();

    /// <summary>The sum so far.</summary>
    public ulong Sum { get; private set; }

    /// <summary>Adds a record as it lies in the store.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        var check = MemberRecordCodec.Check(record);
        if (check == 0) return;
        if (!MemberRecordCodec.IsCounters(record))
        {
            Sum += XxHash64.Hash(record[..MemberRecordCodec.UsedBytes(record)], Seed);
            return;
        }

        MemberRecordCodec.Read(record, _counters);
        foreach (ref readonly var counter in _counters.Span)
        {
            ulong[] words = [check, counter.Key, (uint)counter.Period, (uint)counter.Count];
            var hash = XxHash64.Hash(MemoryMarshal.AsBytes(words.AsSpan()), Seed);
            Sum += XxHash64.Hash(MemoryMarshal.AsBytes(_counters.StampsOf(in counter)), hash);
        }
    }
}
