using System.Buffers.Binary;
using System.Runtime.InteropServices;

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
/// One member's offers and affinities, kept as the bytes that go into a chunk (see LoadOfferSetsRequest.compact), so that a set is
/// written once and copied once. Reused from set to set; no allocation.
/// </summary>
internal sealed class OfferSetRecord
{
    public const int MaxOffers = 64;
    public const int MaxAffinities = 64;

    /// <summary>Bytes of the longest packed set.</summary>
    public const int MaxPackedBytes = HeadBytes + Id.MaxBytes + (MaxOffers * 8) + (MaxAffinities * AffinityBytes);

    private const int HeadBytes = 4;
    private const byte WideIndexes = 1;
    private const byte FloatScores = 2;
    private const int AffinityBytes = 1 + 1 + Id.MaxBytes + 4;

    private readonly byte[] _id = new byte[Id.MaxBytes];
    private readonly int[] _indexes = new int[MaxOffers];
    private readonly ushort[] _narrowIndexes = new ushort[MaxOffers];
    private readonly float[] _scores = new float[MaxOffers];
    private readonly ushort[] _codes = new ushort[MaxOffers];
    private readonly byte[] _affinities = new byte[MaxAffinities * AffinityBytes];
    private readonly int[] _affinityStarts = new int[MaxAffinities + 1];
    private readonly uint[] _affinityHashes = new uint[MaxAffinities];
    private int[] _offerSeen = new int[4096];
    private int _highestIndex;
    private int _generation;
    private int _idLength;

    /// <summary>Where the set begins in its input.</summary>
    public long Place { get; private set; }

    public int OfferCount { get; private set; }

    public int AffinityCount { get; private set; }

    /// <summary>The member's id.</summary>
    public ReadOnlySpan<byte> MemberId => _id.AsSpan(0, _idLength);

    /// <summary>Bytes of the packed set.</summary>
    public int PackedLength => Length(Flags());

    /// <summary>Empties the record for the next set.</summary>
    public void Begin(long place)
    {
        Place = place;
        OfferCount = 0;
        AffinityCount = 0;
        (_idLength, _highestIndex) = (0, 0);
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
        var at = OfferCount++;
        _indexes[at] = index;
        _narrowIndexes[at] = (ushort)index;
        _scores[at] = score;
        _highestIndex = Math.Max(_highestIndex, index);
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
    public (int Index, float Score) Offer(int position) => (_indexes[position], _scores[position]);

    /// <summary>An affinity of the set; the key is valid until the record changes.</summary>
    public ReadOnlySpan<byte> Affinity(int position, out byte kind, out float score)
    {
        var source = _affinities.AsSpan(_affinityStarts[position], _affinityStarts[position + 1] - _affinityStarts[position]);
        kind = source[0];
        score = BinaryPrimitives.ReadSingleLittleEndian(source[^4..]);
        return source[2..^4];
    }

    /// <summary>Writes the packed set into <paramref name="target"/> and returns its length, <see cref="PackedLength"/>; 0: it does not fit.</summary>
    public int Pack(Span<byte> target)
    {
        var flags = Flags();
        if (Length(flags) > target.Length) return 0;
        var at = 0;
        target[at++] = (byte)_idLength;
        MemberId.CopyTo(target[at..]);
        at += _idLength;
        target[at++] = (byte)OfferCount;
        target[at++] = (byte)AffinityCount;
        target[at++] = flags;
        at += Copy((flags & WideIndexes) == 0 ? MemoryMarshal.AsBytes(_narrowIndexes.AsSpan(0, OfferCount)) : MemoryMarshal.AsBytes(_indexes.AsSpan(0, OfferCount)), target[at..]);
        at += Copy((flags & FloatScores) == 0 ? MemoryMarshal.AsBytes(_codes.AsSpan(0, OfferCount)) : MemoryMarshal.AsBytes(_scores.AsSpan(0, OfferCount)), target[at..]);
        return at + Copy(_affinities.AsSpan(0, _affinityStarts[AffinityCount]), target[at..]);
    }

    private byte Flags()
        => (byte)((_highestIndex > ushort.MaxValue ? WideIndexes : 0) | (ScoreCodes.TryEncode(_scores.AsSpan(0, OfferCount), _codes) ? 0 : FloatScores));

    private int Length(byte flags)
        => HeadBytes + _idLength + (OfferCount * (((flags & WideIndexes) == 0 ? 2 : 4) + ((flags & FloatScores) == 0 ? 2 : 4))) + _affinityStarts[AffinityCount];

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        bytes.CopyTo(target);
        return bytes.Length;
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
