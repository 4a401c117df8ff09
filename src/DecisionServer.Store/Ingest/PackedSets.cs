using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>How the sets of a chunk are packed; both forms are described in ingest_service.proto.</summary>
public enum ChunkForm
{
    /// <summary>LoadOfferSetsRequest.packed.</summary>
    Packed,

    /// <summary>LoadOfferSetsRequest.compact.</summary>
    Compact,
}

/// <summary>Reads packed offer sets (ingest_service.proto, LoadOfferSetsRequest) set by set.</summary>
internal ref struct PackedSets(ReadOnlySpan<byte> packed, ChunkForm form)
{
    private const int WideIndexes = 1;
    private const int FloatScores = 2;
    private const int AnyFlags = WideIndexes | FloatScores;

    private ReadOnlySpan<byte> _rest = packed;

    /// <summary>Reads the member of the next set into <paramref name="builder"/>; false at the end. The bytes must be whole (<see cref="IsWhole"/>).</summary>
    public bool TryBegin(RecordBuilder builder)
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        int idLength = _rest[0];
        builder.Begin(_rest.Slice(1, idLength));
        _rest = _rest[(1 + idLength)..];
        return true;
    }

    /// <summary>Reads the rest of the set that <see cref="TryBegin"/> began.</summary>
    public void ReadParts(RecordBuilder builder)
    {
        int offers = _rest[0], affinities = _rest[1];
        if (form == ChunkForm.Compact)
        {
            ReadCompactOffers(builder, offers, _rest[2], _rest[3..]);
            _rest = _rest[(3 + (offers * OfferBytes(_rest[2])))..];
        }
        else
        {
            _rest = _rest[2..];
            for (int i = 0; i < offers; i++, _rest = _rest[8..])
            {
                builder.AddOffer(BinaryPrimitives.ReadUInt32LittleEndian(_rest), BinaryPrimitives.ReadSingleLittleEndian(_rest[4..]));
            }
        }

        for (int i = 0; i < affinities; i++)
        {
            int keyLength = _rest[1];
            builder.AddAffinity(
                (AffinityKind)_rest[0], _rest.Slice(2, keyLength), BinaryPrimitives.ReadSingleLittleEndian(_rest[(2 + keyLength)..]));
            _rest = _rest[(6 + keyLength)..];
        }
    }

    /// <summary>Whether the bytes are of this form and end with the end of a set.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> packed, ChunkForm form)
    {
        while (!packed.IsEmpty)
        {
            int head = packed[0] + (form == ChunkForm.Compact ? 4 : 3);
            if (packed.Length < head)
            {
                return false;
            }

            int flags = form == ChunkForm.Compact ? packed[head - 1] : AnyFlags;
            int offers = packed[1 + packed[0]], affinities = packed[2 + packed[0]];
            int skip = head + (offers * OfferBytes(flags));
            for (int affinity = 0; affinity < affinities; affinity++)
            {
                if (packed.Length < skip + 2)
                {
                    return false;
                }

                skip += 6 + packed[skip + 1];
            }

            if ((flags & ~AnyFlags) != 0 || packed.Length < skip)
            {
                return false;
            }

            packed = packed[skip..];
        }

        return true;
    }

    private static int OfferBytes(int flags) => ((flags & WideIndexes) == 0 ? 2 : 4) + ((flags & FloatScores) == 0 ? 2 : 4);

    [SkipLocalsInit]
    private static void ReadCompactOffers(RecordBuilder builder, int offers, int flags, ReadOnlySpan<byte> bytes)
    {
        bool wide = (flags & WideIndexes) != 0;
        ReadOnlySpan<byte> scoreBytes = bytes[(offers * (wide ? 4 : 2))..];
        Span<float> scores = stackalloc float[byte.MaxValue];
        scores = scores[..offers];
        if ((flags & FloatScores) != 0)
        {
            MemoryMarshal.Cast<byte, float>(scoreBytes)[..offers].CopyTo(scores);
        }
        else
        {
            ScoreScale.Exact.Decode(MemoryMarshal.Cast<byte, ushort>(scoreBytes)[..offers], scores);
        }

        ReadOnlySpan<ushort> narrow = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < scores.Length; i++)
        {
            builder.AddOffer(wide ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * 4)..]) : narrow[i], scores[i]);
        }
    }
}
