using System.Collections.Concurrent;
using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Tests.Fleet.Convergence;

/// <summary>What callers were told, and what must therefore be so.</summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ulong Version, bool Available)> _availability = [];
    private readonly ConcurrentQueue<Acknowledged> _all = new();

    /// <summary>Everything that was acknowledged.</summary>
    public IReadOnlyCollection<Acknowledged> All => _all;

    /// <summary>What each offer's availability was set to last.</summary>
    public IReadOnlyDictionary<string, (ulong Version, bool Available)> Availability
    {
        get
        {
            lock (_gate) return new Dictionary<string, (ulong, bool)>(_availability);
        }
    }

    /// <summary>The version under which an offer's availability is set next: the highest wins, whichever node it reaches first.</summary>
    public ulong Set(string offerId, bool available)
    {
        lock (_gate)
        {
            var version = _availability.GetValueOrDefault(offerId).Version + 1;
            _availability[offerId] = (version, available);
            return version;
        }
    }

    public void Add(int round, IMessage request, IMessage answer) => _all.Enqueue(new Acknowledged(round, request, answer));

    /// <summary>Members and offers of activations of a round that were accepted.</summary>
    public IReadOnlyList<(string Member, string Offer)> Activated(int round) =>
    [
        .. _all.Where(each => each.Round == round && each is { Request: ActivateOfferRequest, Answer: ActivateOfferResponse { Refusal: Refusal.Unspecified } })
            .Select(each => (ActivateOfferRequest)each.Request).Select(request => (request.MemberId, request.OfferId)),
    ];

    /// <summary>Clicks that were recorded, in all rounds.</summary>
    public int Clicks => _all.Count(each => each.Request is RecordEventsRequest);

    /// <summary>Members who were erased in a round.</summary>
    public IEnumerable<string> Erased(int round) => _all.Where(each => each.Round == round).Select(each => each.Request).OfType<EraseMemberRequest>().Select(request => request.MemberId);

    /// <summary>Redemptions of a round: who asked, and who got one.</summary>
    public (IReadOnlyList<string> Asked, IReadOnlyList<string> Got) Redeemed(int round)
    {
        var all = _all.Where(each => each.Round == round && each.Request is RedeemOfferRequest).ToList();
        return ([.. all.Select(Member).Distinct()], [.. all.Where(each => each.Answer is RedeemOfferResponse { Refusal: Refusal.Unspecified }).Select(Member)]);

        static string Member(Acknowledged each) => ((RedeemOfferRequest)each.Request).MemberId;
    }
}

/// <summary>A request and the answer that came, at whichever try.</summary>
internal sealed record Acknowledged(int Round, IMessage Request, IMessage Answer);
