using System.Buffers.Binary;

namespace DecisionServer.Loader;

/// <summary>Writes length-delimited decisionserver.v1.OfferSet messages, field by field in the order of their numbers.</summary>
internal sealed class DelimitedSetWriter(Stream stream, byte[][] offerIds) : SetWriter(stream)
{
    // Ids and keys are at most 64 bytes, so every inner length is one byte.
    protected override int Format(OfferSetRecord record, Span<byte> target)
    {
        var length = 2 + record.MemberId.Length;
        for (var i = 0; i < record.OfferCount; i++) length += 9 + offerIds[record.Offer(i).Index].Length;
        for (var i = 0; i < record.AffinityCount; i++) length += 11 + record.Affinity(i, out _, out _).Length;
        var at = WriteVarint(target, (uint)length);
        at += Bytes(0x0a, record.MemberId, target[at..]);
        for (var i = 0; i < record.OfferCount; i++)
        {
            var (index, score) = record.Offer(i);
            var id = offerIds[index];
            target[at++] = 0x12;
            target[at++] = (byte)(id.Length + 7);
            at += Bytes(0x0a, id, target[at..]);
            at += Score(0x15, score, target[at..]);
        }

        for (var i = 0; i < record.AffinityCount; i++)
        {
            var key = record.Affinity(i, out var kind, out var score);
            target[at++] = 0x1a;
            target[at++] = (byte)(key.Length + 9);
            target[at++] = 0x08;
            target[at++] = kind;
            at += Bytes(0x12, key, target[at..]);
            at += Score(0x1d, score, target[at..]);
        }

        return at;
    }

    private static int Bytes(byte tag, ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        target[0] = tag;
        target[1] = (byte)bytes.Length;
        bytes.CopyTo(target[2..]);
        return 2 + bytes.Length;
    }

    private static int Score(byte tag, float score, Span<byte> target)
    {
        target[0] = tag;
        BinaryPrimitives.WriteSingleLittleEndian(target[1..], score);
        return 5;
    }

    private static int WriteVarint(Span<byte> target, uint value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7) target[at++] = (byte)(value | 0x80);
        target[at++] = (byte)value;
        return at;
    }
}
