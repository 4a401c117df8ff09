namespace DecisionServer.Loader;

/// <summary>Writes one member a line. Generated ids and keys need no escapes.</summary>
internal sealed class NdjsonSetWriter(Stream stream, byte[][] offerIds) : SetWriter(stream)
{
    protected override int Format(OfferSetRecord record, Span<byte> target)
    {
        var at = Copy("{\"member_id\":\""u8, target);
        at += Copy(record.MemberId, target[at..]);
        at += Copy("\",\"offers\":["u8, target[at..]);
        for (var i = 0; i < record.OfferCount; i++)
        {
            var (index, score) = record.Offer(i);
            at += Copy(i == 0 ? "{\"offer_id\":\""u8 : ",{\"offer_id\":\""u8, target[at..]);
            at += Copy(offerIds[index], target[at..]);
            at += Copy("\",\"score\":"u8, target[at..]);
            at += WriteScore(target[at..], score);
            target[at++] = (byte)'}';
        }

        target[at++] = (byte)']';
        if (record.AffinityCount > 0) at += Affinities(record, target[at..]);
        return at + Copy("}\n"u8, target[at..]);
    }

    private static int Affinities(OfferSetRecord record, Span<byte> target)
    {
        var at = Copy(",\"affinities\":["u8, target);
        for (var i = 0; i < record.AffinityCount; i++)
        {
            var key = record.Affinity(i, out var kind, out var score);
            at += Copy(i == 0 ? "{\"kind\":\""u8 : ",{\"kind\":\""u8, target[at..]);
            at += Copy(KindName(kind), target[at..]);
            at += Copy("\",\"key\":\""u8, target[at..]);
            at += Copy(key, target[at..]);
            at += Copy("\",\"score\":"u8, target[at..]);
            at += WriteScore(target[at..], score);
            target[at++] = (byte)'}';
        }

        target[at++] = (byte)']';
        return at;
    }
}
