using System.Buffers.Binary;

namespace DecisionServer.Loader;

/// <summary>Reads one decisionserver.v1.OfferSet from its bytes, without making messages. Unknown fields are passed over.</summary>
internal sealed class OfferSetWire(OfferSetRules rules)
{
    private static readonly SetFault Malformed = new("not a decisionserver.v1.OfferSet message", "write the file with the .proto of this server");

    public SetFault Read(ReadOnlySpan<byte> message, OfferSetRecord record)
    {
        var reader = new WireReader(message);
        ReadOnlySpan<byte> member = default;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return Malformed;
            if (wireType != WireReader.LengthDelimited || field > 3)
            {
                if (!reader.TrySkip(wireType)) return Malformed;
                continue;
            }

            if (!reader.TryReadBytes(out var bytes)) return Malformed;
            var fault = default(SetFault);
            if (field == 2) fault = ReadOffer(bytes, record);
            else if (field == 3) fault = ReadAffinity(bytes, record);
            else member = bytes;
            if (fault.IsFault) return fault;
        }

        var idFault = OfferSetRules.SetMember(record, member);
        return idFault.IsFault ? idFault : rules.Complete(record);
    }

    private SetFault ReadOffer(ReadOnlySpan<byte> bytes, OfferSetRecord record)
    {
        // Nearly all writers emit id, then score: 0A len id 15 float. Anything else goes the long way.
        if (bytes.Length > 7 && bytes[0] == 0x0a && bytes[1] == bytes.Length - 7 && bytes[^5] == 0x15)
            return rules.AddOffer(record, bytes[2..^5], BinaryPrimitives.ReadSingleLittleEndian(bytes[^4..]));
        var reader = new WireReader(bytes);
        ReadOnlySpan<byte> id = default;
        var score = 0f;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return Malformed;
            var read = (field, wireType) switch
            {
                (1, WireReader.LengthDelimited) => reader.TryReadBytes(out id),
                (2, WireReader.Fixed32) => reader.TryReadSingle(out score),
                _ => reader.TrySkip(wireType),
            };
            if (!read) return Malformed;
        }

        return rules.AddOffer(record, id, score);
    }

    private static SetFault ReadAffinity(ReadOnlySpan<byte> bytes, OfferSetRecord record)
    {
        var reader = new WireReader(bytes);
        ReadOnlySpan<byte> key = default;
        var kind = 0ul;
        var score = 0f;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return Malformed;
            var read = (field, wireType) switch
            {
                (1, WireReader.Varint) => reader.TryReadVarint(out kind),
                (2, WireReader.LengthDelimited) => reader.TryReadBytes(out key),
                (3, WireReader.Fixed32) => reader.TryReadSingle(out score),
                _ => reader.TrySkip(wireType),
            };
            if (!read) return Malformed;
        }

        return kind is >= 1 and <= 4
            ? OfferSetRules.AddAffinity(record, (byte)kind, key, score)
            : new($"affinity kind {kind} is unknown", "use a value of AffinityKind, 1 to 4");
    }
}
