using System.Text;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.V1;

namespace DecisionServer.Load.Scenarios;

/// <summary>Looks at answers around a publish: which generation they name, and whether their offers are of that generation.</summary>
/// <remarks>The two catalogues have the same offers at other prices, so an answer with offers of the other generation shows.</remarks>
internal sealed class SwapWatch(GeneratedWeek before, GeneratedWeek after)
{
    /// <summary>Every so manieth answer is decoded and compared with the catalogue; the generation's name is looked at in all.</summary>
    public const int FullLookEvery = 20;

    /// <summary>So much of an answer tells its generation, bytes: two ids.</summary>
    public const int Head = 132;

    private readonly byte[] _before = Encoding.UTF8.GetBytes(before.Id);
    private readonly byte[] _after = Encoding.UTF8.GetBytes(after.Id);
    private readonly Dictionary<string, long> _pricesBefore = before.Prices();
    private readonly Dictionary<string, long> _pricesAfter = after.Prices();
    private readonly Every _fullLook = new(FullLookEvery);
    private long _seenOld;
    private long _seenNew;
    private long _mixed;
    private long _stale;
    private long _compared;

    /// <summary>The publish is under way: the new generation may show.</summary>
    public volatile bool Publishing;

    /// <summary>The publish was acknowledged.</summary>
    public volatile bool Published;

    public long SeenOld => Interlocked.Read(ref _seenOld);

    public long SeenNew => Interlocked.Read(ref _seenNew);

    public long Mixed => Interlocked.Read(ref _mixed);

    public long Stale => Interlocked.Read(ref _stale);

    public long Compared => Interlocked.Read(ref _compared);

    /// <summary>The next answer is to be compared with the catalogue, so all of it is needed.</summary>
    public bool NextIsCompared() => _fullLook.Next();

    /// <summary>Looks at an answer.</summary>
    /// <param name="message">The answer, or its head.</param>
    /// <param name="whole">It is the whole answer: its offers are compared, too.</param>
    /// <param name="afterPublish">Its call was begun after the publish was acknowledged.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? Look(ReadOnlySpan<byte> message, bool whole, bool afterPublish)
    {
        ReadOnlySpan<byte> generation = AnswerFields.GenerationId(message);
        bool isNew = generation.SequenceEqual(_after);
        if (!isNew && !generation.SequenceEqual(_before))
            return Count(ref _mixed, "an answer names neither generation");
        Interlocked.Increment(ref isNew ? ref _seenNew : ref _seenOld);
        if (!isNew && afterPublish)
            return Count(ref _stale, "an answer of the old generation to a call begun after the publish was acknowledged");
        if (isNew && !Publishing)
            return Count(ref _mixed, "an answer of the new generation before it was published");
        return whole ? Compare(message, isNew ? _pricesAfter : _pricesBefore) : null;
    }

    private string? Compare(ReadOnlySpan<byte> message, Dictionary<string, long> prices)
    {
        Interlocked.Increment(ref _compared);
        NextBestOffersResponse answer = NextBestOffersResponse.Parser.ParseFrom(message);
        foreach (DecidedOffer offer in answer.Placements[0].Offers)
        {
            if (!prices.TryGetValue(offer.OfferId, out long price) || price != offer.PriceMinor)
                return Count(ref _mixed, $"an answer of {answer.GenerationId} has {offer.OfferId} at {offer.PriceMinor}, its catalogue says {price}");
        }

        return answer.Placements[0].Offers.Count == 10 ? null : $"{answer.Placements[0].Offers.Count} offers instead of 10";
    }

    private static string Count(ref long counter, string fault)
    {
        Interlocked.Increment(ref counter);
        return fault;
    }
}
