using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>
/// A sum over what was put into a generation since it was sealed, as it is in memory now: two nodes that hold the same have the same sum, whatever order and whatever parts
/// it came in.
/// </summary>
internal sealed class PutDigest(OfferSetStore sets)
{
    private const ulong Seed = 0x70757473; // "puts"

    private readonly HashSet<MemberKey> _members = [];
    private readonly HashSet<string> _offers = new(StringComparer.Ordinal);
    private readonly OfferSetBuffer _set = new();
    private readonly AffinityBuffer _affinities = new();

    /// <summary>Notes what a block of the generation's log is about.</summary>
    public void Note(in BlockHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Kind == BlockKind.Offers)
        {
            _offers.UnionWith(OfferJson.Read(payload.Span).Select(offer => offer.OfferId));
        }
        else if (header.Kind == BlockKind.Records)
        {
            var entries = new RecordEntries(payload.Span);
            while (entries.TryRead(CatalogueSnapshot.MaxOffers))
            {
                _members.Add(entries.Member);
            }
        }
    }

    /// <summary>The sum. Who was erased adds nothing, whether or not a set of theirs was ever here.</summary>
    public ulong Sum(CatalogueSnapshot catalogue)
    {
        ulong sum = 0;
        foreach (MemberKey member in _members)
        {
            if (sets.TryReadOffers(member, _set))
            {
                ulong hash = XxHash64.Hash(MemoryMarshal.AsBytes(_set.OfferIndexes.AsSpan(0, _set.Count)), Key(member, 1));
                sum += XxHash64.Hash(MemoryMarshal.AsBytes(_set.Scores.AsSpan(0, _set.Count)), hash);
            }

            if (sets.TryReadAffinities(member, _affinities))
            {
                ulong hash = XxHash64.Hash(MemoryMarshal.AsBytes(_affinities.Keys.AsSpan(0, _affinities.Count)), Key(member, 2));
                sum += XxHash64.Hash(MemoryMarshal.AsBytes(_affinities.Scores.AsSpan(0, _affinities.Count)), hash);
            }
        }

        foreach (string offer in _offers)
        {
            if (catalogue.TryGetIndex(offer, out int index))
            {
                sum += XxHash64.Hash(OfferJson.Write([catalogue[index].Config]), (ulong)index);
            }
        }

        return sum;
    }

    private static ulong Key(in MemberKey member, byte kind)
    {
        Span<byte> bytes = stackalloc byte[17];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, member.Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], member.Check);
        bytes[16] = kind;
        return XxHash64.Hash(bytes, Seed);
    }
}
