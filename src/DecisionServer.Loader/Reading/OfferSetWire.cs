using System.Buffers.Binary;

namespace DecisionServer.Loader;

/// <summary>Reads one decisionserver.v1.OfferSet from its bytes, without making messages. Unknown fields are passed over.</summary>
internal sealed class OfferSetWire(OfferSetRules rules)
{
    private static readonly SetFault Malformed = new("not a decisionserver.v1.OfferSet message", "write the file with the .proto of this server");

    private const byte OfferTag = 0x12;
    private const byte IdTag = 0x0a;
    private const byte ScoreTag = 0x15;

    // Bytes of an offer beside its id: tag and length of the id, tag and value of the score.
    private const int OfferFrame = 7;

    public SetFault Read(ReadOnlySpan<byte> message, OfferSetRecord record)
    {
        ReadOnlySpan<byte> member = default;
        var at = 0;
        if (message.Length > 2 && message[0] == IdTag && message[1] <= Id.MaxBytes && message.Length - 2 >= message[1])
        {
            member = message.Slice(2, message[1]);
            at = ReadOffers(message, 2 + message[1], record);
        }

        var reader = new WireReader(message[at..]);
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

    /// <summary>
    /// Reads offers as nearly all writers emit them, <c>12 len 0A len id 15 score</c>, one behind the other. Returns where it stopped: at the end, at
    /// something else, or at an offer that is at fault; all of that goes the long way.
    /// </summary>
    private int ReadOffers(ReadOnlySpan<byte> message, int at, OfferSetRecord record)
    {
        while (message.Length - at > OfferFrame + 2 && message[at] == OfferTag)
        {
            int length = message[at + 1];
            if (length <= OfferFrame || length > Id.MaxBytes + OfferFrame || message.Length - at - 2 < length) break;
            var offer = message.Slice(at + 2, length);
            if (offer[0] != IdTag || offer[1] != length - OfferFrame || offer[length - 5] != ScoreTag) break;
            var score = BinaryPrimitives.ReadSingleLittleEndian(offer[^4..]);
            if (!rules.TryAddOffer(record, offer[2..^5], score)) break;
            at += 2 + length;
        }

        return at;
    }

    private SetFault ReadOffer(ReadOnlySpan<byte> bytes, OfferSetRecord record)
    {
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
