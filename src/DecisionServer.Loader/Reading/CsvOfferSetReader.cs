namespace DecisionServer.Loader;

/// <summary>
/// Offer sets or affinities of CSV: a member's rows stand together and make one set. A bad row refuses the set it stands in: a set is
/// stored as the model made it or not at all.
/// </summary>
internal sealed class CsvOfferSetReader(InputSource source, OfferSetRules rules, bool affinities) : OfferSetReader(source)
{
    private const int MaxRowBytes = 64 * 1024;
    private const int Member = 0;
    private static readonly string[] OfferColumns = ["member_id", "offer_id", "score"];
    private static readonly string[] AffinityColumns = ["member_id", "kind", "key", "score"];

    private readonly CsvTable _table = new(source, affinities ? AffinityColumns : OfferColumns, MaxRowBytes);
    private bool _any;
    private bool _open;
    private bool _refused;
    private bool _overflowed;

    public override ReadStep Read(OfferSetRecord record)
    {
        while (true)
        {
            // 1. Take a row.
            var step = _table.TakeRow(out var consumed, out var broken);
            if (step == ReadStep.NeedMore) return step;
            if (step == ReadStep.End) return End();
            _any = true;
            if (step == ReadStep.Refused) return RefuseRow(consumed, new(broken, "the set it stands in is left out"));

            // 2. A row of another member ends the set; it is taken again at the next call.
            if (_open && !_table.Field(Member).SequenceEqual(record.MemberId) && Close()) return ReadStep.Record;

            // 3. Begin the next set.
            if (!_open)
            {
                record.Begin(_table.Line);
                var fault = OfferSetRules.SetMember(record, _table.Field(Member));
                if (fault.IsFault) return RefuseRow(consumed, fault);
                (_open, _refused, _overflowed) = (true, false, false);
            }

            // 4. Add the row. The rows behind the 64th are one fault, not one each.
            var rowFault = affinities ? AddAffinity(record) : AddOffer(record);
            if (!rowFault.IsFault || (_overflowed && IsFull(record)))
            {
                _table.Consume(consumed);
                continue;
            }

            _overflowed |= IsFull(record);
            return RefuseRow(consumed, rowFault);
        }
    }

    protected override ValueTask PrepareAsync(CancellationToken cancellationToken)
        => _table.ReadHeaderAsync(affinities ? AffinityColumns.Length : OfferColumns.Length, cancellationToken);

    private bool IsFull(OfferSetRecord record)
        => affinities ? record.AffinityCount == OfferSetRecord.MaxAffinities : record.OfferCount == OfferSetRecord.MaxOffers;

    private SetFault AddOffer(OfferSetRecord record)
    {
        var score = _table.Field(2);
        return ScoreParser.TryParse(score, out var value) ? rules.AddOffer(record, _table.Field(1), value) : OfferSetRules.BadScore(score);
    }

    private SetFault AddAffinity(OfferSetRecord record)
    {
        var score = _table.Field(3);
        if (!ScoreParser.TryParse(score, out var value)) return OfferSetRules.BadScore(score);
        var kind = _table.Field(1);
        return OfferSetRules.TryParseKind(kind, out var parsed)
            ? OfferSetRules.AddAffinity(record, parsed, _table.Field(2), value)
            : OfferSetRules.BadKind(kind);
    }

    private ReadStep End()
    {
        if (_open && Close()) return ReadStep.Record;
        return _any ? ReadStep.End : throw Empty();
    }

    // True: the set is good and can be handed out.
    private bool Close()
    {
        _open = false;
        if (_refused) RefusedSets++;
        return !_refused;
    }

    private ReadStep RefuseRow(int consumed, in SetFault fault)
    {
        if (_open) _refused = true;
        else RefusedSets++;
        var place = new InputPlace(Source.Spec.Name, _table.Line, false);
        _table.Consume(consumed);
        return Refuse(place, fault);
    }
}
