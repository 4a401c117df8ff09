using System.Text.Json;

namespace DecisionServer.Loader;

/// <summary>Offer sets of NDJSON: one member a line.</summary>
internal sealed class NdjsonOfferSetReader(InputSource source, OfferSetRules rules) : OfferSetReader(source)
{
    private const int MaxLineBytes = 1024 * 1024;

    private readonly LineReader _lines = new(source, MaxLineBytes);
    private readonly OfferSetJson _json = new(rules);
    private bool _any;

    public override ReadStep Read(OfferSetRecord record)
    {
        var step = _lines.Take(out var line);
        if (step == ReadStep.End && !_any) throw Empty();
        if (step != ReadStep.Record) return step;
        _any = true;
        record.Begin(_lines.Line);
        var fault = Parse(line, record);
        if (!fault.IsFault) return ReadStep.Record;
        RefusedSets++;
        return Refuse(new InputPlace(Source.Spec.Name, _lines.Line, false), fault);
    }

    private SetFault Parse(ReadOnlySpan<byte> line, OfferSetRecord record)
    {
        try
        {
            return _json.Read(line, record);
        }
        catch (JsonException exception)
        {
            return JsonText.Fault(exception);
        }
    }
}
