using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Offers of CSV.</summary>
internal sealed class CsvOfferReader(InputSource source, OfferIdTable ids) : OfferReader(source, ids)
{
    // 20,000 items of 64 bytes, and the rest.
    private const int MaxRowBytes = 2 * 1024 * 1024;

    private readonly CsvTable _table = new(source, OfferFields.Names, MaxRowBytes);

    protected override ValueTask PrepareAsync(CancellationToken cancellationToken) => _table.ReadHeaderAsync(1, cancellationToken);

    protected override ReadStep Parse(Offer offer, List<string> faults, out InputPlace place)
    {
        var step = _table.TakeRow(out var consumed, out var broken);
        place = new InputPlace(Source.Spec.Name, _table.Line, false);
        if (step is ReadStep.NeedMore or ReadStep.End) return step;
        if (step == ReadStep.Refused)
        {
            faults.Add(broken);
        }
        else
        {
            for (var field = 0; field < OfferFields.Names.Length; field++)
            {
                if (_table.Has(field) && OfferText.Set(offer, (OfferField)field, _table.Field(field)) is { } fault) faults.Add(fault);
            }
        }

        _table.Consume(consumed);
        return ReadStep.Record;
    }
}
