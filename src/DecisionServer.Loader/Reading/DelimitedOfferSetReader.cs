namespace DecisionServer.Loader;

/// <summary>Offer sets as length-delimited protobuf.</summary>
internal sealed class DelimitedOfferSetReader(InputSource source, OfferSetRules rules) : OfferSetReader(source)
{
    private const int MaxMessageBytes = 1024 * 1024;

    private readonly DelimitedFrames _frames = new(source, MaxMessageBytes);
    private readonly OfferSetWire _wire = new(rules);

    public override ReadStep Read(OfferSetRecord record)
    {
        var step = _frames.Take(out var message);
        if (step == ReadStep.End && _frames.Offset < 0) throw Empty();
        if (step != ReadStep.Record) return step;
        record.Begin(_frames.Offset);
        var fault = _wire.Read(message, record);
        if (!fault.IsFault) return ReadStep.Record;
        RefusedSets++;
        return Refuse(new InputPlace(Source.Spec.Name, _frames.Offset, true), fault);
    }
}
