using System.Text;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Makes a message of a record, with offers by id: how delta loads send them.</summary>
internal static class OfferSetMessage
{
    public static OfferSet Create(OfferSetRecord record, OfferIdTable ids)
    {
        var set = new OfferSet { MemberId = Encoding.UTF8.GetString(record.MemberId) };
        for (var i = 0; i < record.OfferCount; i++)
        {
            var (index, score) = record.Offer(i);
            set.Offers.Add(new ScoredOffer { OfferId = ids.Id(index), Score = score });
        }

        for (var i = 0; i < record.AffinityCount; i++)
        {
            var key = Encoding.UTF8.GetString(record.Affinity(i, out var kind, out var score));
            set.Affinities.Add(new Affinity { Kind = (AffinityKind)kind, Key = key, Score = score });
        }

        return set;
    }
}
