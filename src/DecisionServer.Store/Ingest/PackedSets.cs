using System.Buffers.Binary;

namespace DecisionServer.Store;

/// <summary>Reads the packed form of offer sets (ingest_service.proto, LoadOfferSetsRequest.packed) set by set.</summary>
internal ref struct PackedSets(ReadOnlySpan<byte> packed)
{
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
        _rest = _rest[2..];
        for (int i = 0; i < offers; i++, _rest = _rest[8..])
        {
            builder.AddOffer(BinaryPrimitives.ReadUInt32LittleEndian(_rest), BinaryPrimitives.ReadSingleLittleEndian(_rest[4..]));
        }

        for (int i = 0; i < affinities; i++)
        {
            int keyLength = _rest[1];
            builder.AddAffinity(
                (AffinityKind)_rest[0], _rest.Slice(2, keyLength), BinaryPrimitives.ReadSingleLittleEndian(_rest[(2 + keyLength)..]));
            _rest = _rest[(6 + keyLength)..];
        }
    }

    /// <summary>Whether the bytes end with the end of a set.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> packed)
    {
        while (!packed.IsEmpty)
        {
            int idLength = packed[0];
            if (packed.Length < 3 + idLength)
            {
                return false;
            }

            int skip = 3 + idLength + (packed[1 + idLength] * 8);
            for (int affinity = 0; affinity < packed[2 + idLength]; affinity++)
            {
                if (packed.Length < skip + 2)
                {
                    return false;
                }

                skip += 6 + packed[skip + 1];
            }

            if (packed.Length < skip)
            {
                return false;
            }

            packed = packed[skip..];
        }

        return true;
    }
}
