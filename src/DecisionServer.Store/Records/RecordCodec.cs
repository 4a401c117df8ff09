using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DecisionServer.Store;

/// <summary>
/// Packs offer sets and affinities into the values of the store, which are also the records of segment files.
/// </summary>
/// <remarks>
/// Little-endian:
/// <code>
/// 0  u64  check of the member id
/// 8  u8   kind: 1 offers, 2 affinities
/// 9  u8   count, 0..64
/// 10 u8   flags: 1 = scores on a range (8 bytes follow the head), 2 = wide offer indexes
/// 11 u8   0
/// 12 f32 lowest, f32 highest               only with flag 1
///    offers:     u16 (u32 with flag 2) index x count, u16 score code x count
///    affinities: u64 (key in the upper 48 bits, score code in the lower 16) x count
/// </code>
/// 35 offers take 152 bytes. Offers stand best first, so ranks survive where codes are equal.
/// </remarks>
public static class RecordCodec
{
    /// <summary>Longest record, in bytes.</summary>
    public const int MaxBytes = HeadBytes + RangeBytes + (OfferSetBuffer.Capacity * 8);

    internal const int HeadBytes = 12;
    private const int RangeBytes = 8;
    private const byte Offers = 1;
    private const byte Affinities = 2;
    private const byte OnRange = 1;
    private const byte WideIndexes = 2;

    /// <summary>Packs an offer set into <paramref name="into"/> and returns its length.</summary>
    /// <param name="check">Check of the member id.</param>
    /// <param name="offers">At most 64, best first, each offer once, scores finite.</param>
    /// <param name="into">At least <see cref="MaxBytes"/> long.</param>
    public static int PackOffers(ulong check, ReadOnlySpan<ScoredOffer> offers, Span<byte> into)
    {
        // 1. The scale that fits, and whether any index needs more than 16 bits.
        Span<float> scores = stackalloc float[OfferSetBuffer.Capacity];
        scores = scores[..offers.Length];
        int highestIndex = 0;
        for (int i = 0; i < offers.Length; i++)
        {
            scores[i] = offers[i].Score;
            highestIndex = Math.Max(highestIndex, offers[i].OfferIndex);
        }

        bool wide = highestIndex > ushort.MaxValue;
        Span<byte> rest = PackHead(check, Offers, scores, wide ? WideIndexes : (byte)0, into, out ScoreScale scale);

        // 2. Indexes, then codes: each a run of its own, which unpacks without shuffling.
        foreach (ScoredOffer offer in offers)
        {
            if (wide)
            {
                BinaryPrimitives.WriteInt32LittleEndian(rest, offer.OfferIndex);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)offer.OfferIndex);
            }

            rest = rest[(wide ? 4 : 2)..];
        }

        scale.Encode(scores, MemoryMarshal.Cast<byte, ushort>(rest)[..scores.Length]);
        return into.Length - rest.Length + (scores.Length * 2);
    }

    /// <summary>Packs affinities into <paramref name="into"/> and returns the length.</summary>
    /// <param name="check">Check of the member id.</param>
    /// <param name="affinities">At most 64, each key once, scores finite.</param>
    /// <param name="into">At least <see cref="MaxBytes"/> long.</param>
    public static int PackAffinities(ulong check, ReadOnlySpan<ScoredAffinity> affinities, Span<byte> into)
    {
        Span<float> scores = stackalloc float[AffinityBuffer.Capacity];
        scores = scores[..affinities.Length];
        for (int i = 0; i < affinities.Length; i++)
        {
            scores[i] = affinities[i].Score;
        }

        Span<byte> rest = PackHead(check, Affinities, scores, 0, into, out ScoreScale scale);
        foreach (ScoredAffinity affinity in affinities)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, (affinity.Key << 16) | scale.Encode(affinity.Score));
            rest = rest[8..];
        }

        return into.Length - rest.Length;
    }

    /// <summary>Whether <paramref name="record"/> is of the member whose check is <paramref name="check"/>.</summary>
    public static bool IsOf(ReadOnlySpan<byte> record, ulong check) => CheckOf(record) == check;

    /// <summary>Offers or affinities in a record, 0 to 64.</summary>
    public static int Count(ReadOnlySpan<byte> record) => record[9];

    /// <summary>The check of the record's member.</summary>
    internal static ulong CheckOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64LittleEndian(record);

    internal static bool IsOffers(ReadOnlySpan<byte> record) => record[8] == Offers;

    /// <summary>Unpacks an offer set. The record must be well-formed (<see cref="IsWellFormed"/>).</summary>
    public static void UnpackOffers(ReadOnlySpan<byte> record, OfferSetBuffer into)
    {
        int count = record[9];
        ReadOnlySpan<byte> rest = UnpackHead(record, out ScoreScale scale);
        Span<int> indexes = into.OfferIndexes.AsSpan(0, count);
        if ((record[10] & WideIndexes) == 0)
        {
            ReadOnlySpan<ushort> narrow = MemoryMarshal.Cast<byte, ushort>(rest)[..count];
            for (int i = 0; i < indexes.Length; i++)
            {
                indexes[i] = narrow[i];
            }

            rest = rest[(count * 2)..];
        }
        else
        {
            MemoryMarshal.Cast<byte, int>(rest)[..count].CopyTo(indexes);
            rest = rest[(count * 4)..];
        }

        ReadOnlySpan<ushort> codes = MemoryMarshal.Cast<byte, ushort>(rest)[..count];
        Span<float> scores = into.Scores.AsSpan(0, count);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = scale.Decode(codes[i]);
        }

        into.Count = count;
    }

    /// <summary>Unpacks affinities. The record must be well-formed (<see cref="IsWellFormed"/>).</summary>
    public static void UnpackAffinities(ReadOnlySpan<byte> record, AffinityBuffer into)
    {
        int count = record[9];
        ReadOnlySpan<ulong> entries = MemoryMarshal.Cast<byte, ulong>(UnpackHead(record, out ScoreScale scale))[..count];
        for (int i = 0; i < entries.Length; i++)
        {
            into.Keys[i] = entries[i] >> 16;
            into.Scores[i] = scale.Decode((ushort)entries[i]);
        }

        into.Count = count;
    }

    /// <summary>Whether <paramref name="record"/> is one that this codec packed for a catalogue of <paramref name="offers"/> offers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsWellFormed(ReadOnlySpan<byte> record, int offers)
    {
        if (record.Length < HeadBytes || record[8] is not (Offers or Affinities) || record[9] > OfferSetBuffer.Capacity
            || (record[10] & ~(OnRange | WideIndexes)) != 0)
        {
            return false;
        }

        int head = HeadBytes + ((record[10] & OnRange) == 0 ? 0 : RangeBytes);
        bool wide = (record[10] & WideIndexes) != 0;
        int entry = record[8] == Affinities ? 8 : wide ? 6 : 4;
        if (record.Length != head + (record[9] * entry))
        {
            return false;
        }

        return record[8] == Affinities || (wide
            ? !HasAbove(MemoryMarshal.Cast<byte, int>(record[head..])[..record[9]], offers - 1)
            : offers > ushort.MaxValue || !HasAbove(MemoryMarshal.Cast<byte, ushort>(record[head..])[..record[9]], offers - 1));
    }

    private static bool HasAbove(ReadOnlySpan<int> indexes, int highest)
    {
        foreach (int index in indexes)
        {
            if ((uint)index > (uint)highest || highest < 0)
            {
                return true;
            }
        }

        return false;
    }

    // Sixteen at a time: every record that a restart reads comes by here.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool HasAbove(ReadOnlySpan<ushort> indexes, int highest)
    {
        if (highest < 0)
        {
            return !indexes.IsEmpty;
        }

        Vector256<ushort> limit = Vector256.Create((ushort)highest);
        int at = 0;
        for (; at + Vector256<ushort>.Count <= indexes.Length; at += Vector256<ushort>.Count)
        {
            if (Vector256.GreaterThanAny(Vector256.Create(indexes[at..]), limit))
            {
                return true;
            }
        }

        for (; at < indexes.Length; at++)
        {
            if (indexes[at] > highest)
            {
                return true;
            }
        }

        return false;
    }

    private static Span<byte> PackHead(ulong check, byte kind, ReadOnlySpan<float> scores, byte flags, Span<byte> into, out ScoreScale scale)
    {
        scale = ScoreScale.For(scores, out float lowest, out float highest);
        BinaryPrimitives.WriteUInt64LittleEndian(into, check);
        into[8] = kind;
        into[9] = (byte)scores.Length;
        into[10] = (byte)(flags | (scale.IsExact ? 0 : OnRange));
        into[11] = 0;
        if (scale.IsExact)
        {
            return into[HeadBytes..];
        }

        BinaryPrimitives.WriteSingleLittleEndian(into[HeadBytes..], lowest);
        BinaryPrimitives.WriteSingleLittleEndian(into[(HeadBytes + 4)..], highest);
        return into[(HeadBytes + RangeBytes)..];
    }

    private static ReadOnlySpan<byte> UnpackHead(ReadOnlySpan<byte> record, out ScoreScale scale)
    {
        if ((record[10] & OnRange) == 0)
        {
            scale = ScoreScale.Exact;
            return record[HeadBytes..];
        }

        scale = ScoreScale.Between(
            BinaryPrimitives.ReadSingleLittleEndian(record[HeadBytes..]),
            BinaryPrimitives.ReadSingleLittleEndian(record[(HeadBytes + 4)..]));
        return record[(HeadBytes + RangeBytes)..];
    }
}
