using System.Buffers.Binary;

namespace DecisionServer.Loader;

/// <summary>What became of an offer or affinity added to a set.</summary>
internal enum AddOutcome
{
    /// <summary>It is in the set.</summary>
    Added,

    /// <summary>The set has it already.</summary>
    Duplicate,

    /// <summary>The set is full.</summary>
    Full,
}

/// <summary>
/// One member's offers and affinities, kept as the bytes that go into a packed chunk (see LoadOfferSetsRequest.packed), so that a set is
/// written once and copied once. Reused from set to set; no allocation.
/// </summary>
internal sealed class OfferSetRecord
{
    public const int MaxOffers = 64;
    public const int MaxAffinities = 64;

    /// <summary>Bytes of the longest packed set.</summary>
    public const int MaxPackedBytes = 3 + Id.MaxBytes + (MaxOffers * OfferBytes) + (MaxAffinities * AffinityBytes);

    private const int OfferBytes = 8;
    private const int AffinityBytes = 1 + 1 + Id.MaxBytes + 4;

    private readonly byte[] _id = new byte[Id.MaxBytes];
    private readonly byte[] _offers = new byte[MaxOffers * OfferBytes];
    private readonly byte[] _affinities = new byte[MaxAffinities * AffinityBytes];
    private readonly int[] _affinityStarts = new int[MaxAffinities + 1];
    private readonly uint[] _affinityHashes = new uint[MaxAffinities];
    private int[] _offerSeen = new int[4096];
    private int _generation;
    private int _idLength;

    /// <summary>Where the set begins in its input.</summary>
    public long Place { get; private set; }

    public int OfferCount { get; private set; }

    public int AffinityCount { get; private set; }

    /// <summary>The member's id.</summary>
    public ReadOnlySpan<byte> MemberId => _id.AsSpan(0, _idLength);

    /// <summary>Bytes of the packed set.</summary>
    public int PackedLength => 3 + _idLength + (OfferCount * OfferBytes) + _affinityStarts[AffinityCount];

    /// <summary>Empties the record for the next set.</summary>
    public void Begin(long place)
    {
        Place = place;
        OfferCount = 0;
        AffinityCount = 0;
        _idLength = 0;
        if (++_generation != int.MaxValue) return;
        Array.Clear(_offerSeen);
        _generation = 1;
    }

    /// <summary>Sets a member id that was found valid.</summary>
    public void SetMember(ReadOnlySpan<byte> id)
    {
        id.CopyTo(_id);
        _idLength = id.Length;
    }

    public AddOutcome AddOffer(int index, float score)
    {
        if (index >= _offerSeen.Length) Array.Resize(ref _offerSeen, Math.Max(index + 1, 2 * _offerSeen.Length));
        if (_offerSeen[index] == _generation) return AddOutcome.Duplicate;
        if (OfferCount == MaxOffers) return AddOutcome.Full;
        _offerSeen[index] = _generation;
        var target = _offers.AsSpan(OfferCount++ * OfferBytes, OfferBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target, index);
        BinaryPrimitives.WriteSingleLittleEndian(target[4..], score);
        return AddOutcome.Added;
    }

    /// <summary>Adds an affinity whose key was found valid.</summary>
    public AddOutcome AddAffinity(byte kind, ReadOnlySpan<byte> key, float score)
    {
        var hash = Fingerprint(kind, key);
        if (_affinityHashes.AsSpan(0, AffinityCount).Contains(hash) && HasAffinity(kind, key)) return AddOutcome.Duplicate;
        if (AffinityCount == MaxAffinities) return AddOutcome.Full;
        var start = _affinityStarts[AffinityCount];
        _affinityHashes[AffinityCount++] = hash;
        _affinityStarts[AffinityCount] = start + 6 + key.Length;
        _affinities[start] = kind;
        _affinities[start + 1] = (byte)key.Length;
        key.CopyTo(_affinities.AsSpan(start + 2));
        BinaryPrimitives.WriteSingleLittleEndian(_affinities.AsSpan(start + 2 + key.Length), score);
        return AddOutcome.Added;
    }

    /// <summary>An offer of the set: its index and score.</summary>
    public (int Index, float Score) Offer(int position)
    {
        var source = _offers.AsSpan(position * OfferBytes, OfferBytes);
        return (BinaryPrimitives.ReadInt32LittleEndian(source), BinaryPrimitives.ReadSingleLittleEndian(source[4..]));
    }

    /// <summary>An affinity of the set; the key is valid until the record changes.</summary>
    public ReadOnlySpan<byte> Affinity(int position, out byte kind, out float score)
    {
        var source = _affinities.AsSpan(_affinityStarts[position], _affinityStarts[position + 1] - _affinityStarts[position]);
        kind = source[0];
        score = BinaryPrimitives.ReadSingleLittleEndian(source[^4..]);
        return source[2..^4];
    }

    /// <summary>Writes the packed set and returns its length, <see cref="PackedLength"/>.</summary>
    public int Pack(Span<byte> target)
    {
        var at = 0;
        target[at++] = (byte)_idLength;
        MemberId.CopyTo(target[at..]);
        at += _idLength;
        target[at++] = (byte)OfferCount;
        target[at++] = (byte)AffinityCount;
        _offers.AsSpan(0, OfferCount * OfferBytes).CopyTo(target[at..]);
        at += OfferCount * OfferBytes;
        _affinities.AsSpan(0, _affinityStarts[AffinityCount]).CopyTo(target[at..]);
        return at + _affinityStarts[AffinityCount];
    }

    private bool HasAffinity(byte kind, ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < AffinityCount; i++)
        {
            if (Affinity(i, out var other, out _).SequenceEqual(key) && other == kind) return true;
        }

        return false;
    }

    private static uint Fingerprint(byte kind, ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u ^ kind;
        foreach (var b in key) hash = (hash ^ b) * 16777619u;
        return hash;
    }
}
