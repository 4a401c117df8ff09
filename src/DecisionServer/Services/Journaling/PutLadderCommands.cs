using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Journaling;

/// <summary>Replaces the ladder list of a segment. The result: ids that the current catalogue does not hold.</summary>
internal sealed class PutSegmentOffersCommand(Serving serving, string segment, IReadOnlyList<ScoredOfferConfig> offers) : IJournalCommand<IReadOnlyList<string>>
{
    public IReadOnlyList<string> Execute(IJournalTransaction transaction)
    {
        if (offers.Count > 0 && !transaction.HasSegmentOffers(segment) && transaction.SegmentCount >= LadderConfig.MaxSegments)
            throw Errors.ResourceExhausted($"segment: there are {LadderConfig.MaxSegments} segments with a list, no more are allowed; an empty list removes one");
        transaction.PutSegmentOffers(segment, offers);
        transaction.Audit("put segment offers", segment, $"{offers.Count} offers");
        return serving.UnknownOffers(offers);
    }

    public void Apply(IReadOnlyList<string> result) => serving.PutSegmentOffers(segment, offers);
}

/// <summary>Replaces the ladder list for everybody. The result: ids that the current catalogue does not hold.</summary>
internal sealed class PutGlobalOffersCommand(Serving serving, IReadOnlyList<ScoredOfferConfig> offers) : IJournalCommand<IReadOnlyList<string>>
{
    public IReadOnlyList<string> Execute(IJournalTransaction transaction)
    {
        transaction.PutGlobalOffers(offers);
        transaction.Audit("put global offers", "", $"{offers.Count} offers");
        return serving.UnknownOffers(offers);
    }

    public void Apply(IReadOnlyList<string> result) => serving.PutGlobalOffers(offers);
}
