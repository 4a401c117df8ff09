namespace DecisionServer.Loader;

/// <summary>Writes <c>member_id,offer_id,score</c>. Generated ids and keys need no quotes.</summary>
internal sealed class CsvSetWriter(Stream stream, byte[][] offerIds) : SetWriter(stream)
{
    protected override int Format(OfferSetRecord record, Span<byte> target)
    {
        var at = 0;
        for (var i = 0; i < record.OfferCount; i++)
        {
            var (index, score) = record.Offer(i);
            at += Copy(record.MemberId, target[at..]);
            target[at++] = (byte)',';
            at += Copy(offerIds[index], target[at..]);
            target[at++] = (byte)',';
            at += WriteScore(target[at..], score);
            target[at++] = (byte)'\n';
        }

        return at;
    }
}

/// <summary>Writes <c>member_id,kind,key,score</c>.</summary>
internal sealed class CsvAffinityWriter(Stream stream) : SetWriter(stream)
{
    protected override int Format(OfferSetRecord record, Span<byte> target)
    {
        var at = 0;
        for (var i = 0; i < record.AffinityCount; i++)
        {
            var key = record.Affinity(i, out var kind, out var score);
            at += Copy(record.MemberId, target[at..]);
            target[at++] = (byte)',';
            at += Copy(KindName(kind), target[at..]);
            target[at++] = (byte)',';
            at += Copy(key, target[at..]);
            target[at++] = (byte)',';
            at += WriteScore(target[at..], score);
            target[at++] = (byte)'\n';
        }

        return at;
    }
}
