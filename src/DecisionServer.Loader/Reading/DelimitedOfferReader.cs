using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Loader;

/// <summary>Offers as length-delimited protobuf.</summary>
internal sealed class DelimitedOfferReader(InputSource source, OfferIdTable ids) : OfferReader(source, ids)
{
    private const int MaxMessageBytes = 4 * 1024 * 1024;

    private readonly DelimitedFrames _frames = new(source, MaxMessageBytes);

    protected override ReadStep Parse(Offer offer, List<string> faults, out InputPlace place)
    {
        var step = _frames.Take(out var message);
        place = new InputPlace(Source.Spec.Name, _frames.Offset, true);
        if (step != ReadStep.Record) return step;
        try
        {
            offer.MergeFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            faults.Add("not a decisionserver.v1.Offer message");
        }

        return ReadStep.Record;
    }
}
