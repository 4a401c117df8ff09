using System.Buffers.Binary;

namespace DecisionServer.Store;

/// <summary>Reads the packed form of offer sets (ingest_service.proto, LoadOfferSetsRequest.packed) set by set.</summary>
internal ref struct PackedSets(ReadOnlySpan<byte> packed)
{
    private ReadOnlySpan<byte> _rest = packed;

    /// <summary>Whether the bytes ended in the middle of a set.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Reads the next set into <paramref name="builder"/>; false at the end or where the bytes are truncated.</summary>
    public bool TryRead(RecordBuilder builder)
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        // 1. The member, and how much follows.
        int idLength = _rest[0];
        if (_rest.Length < 3 + idLength)
        {
            return Truncated();
        }

        builder.Begin(_rest.Slice(1, idLength));
        int offers = _rest[1 + idLength], affinities = _rest[2 + idLength];
        _rest = _rest[(3 + idLength)..];

        // 2. Offers.
        if (_rest.Length < offers * 8)
        {
            return Truncated();
        }

        for (int i = 0; i < offers; i++, _rest = _rest[8..])
        {
            builder.AddOffer(BinaryPrimitives.ReadUInt32LittleEndian(_rest), BinaryPrimitives.ReadSingleLittleEndian(_rest[4..]));
        }

        // 3. Affinities.
        for (int i = 0; i < affinities; i++)
        {
            if (_rest.Length < 2 || _rest.Length < 6 + _rest[1])
            {
                return Truncated();
            }

            int keyLength = _rest[1];
            builder.AddAffinity(
                (AffinityKind)_rest[0], _rest.Slice(2, keyLength), BinaryPrimitives.ReadSingleLittleEndian(_rest[(2 + keyLength)..]));
            _rest = _rest[(6 + keyLength)..];
        }

        return true;
    }

    private bool Truncated()
    {
        IsTruncated = true;
        return false;
    }
}
