using System.Collections.Concurrent;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet.Convergence;

/// <summary>
/// One after the other, random actions on random nodes. Each keeps its idempotency key until an answer has come, whichever node gives it. Each round has members and
/// offers of its own, some of them shared with the rounds before, so that what is scarce is scarce in every round.
/// </summary>
internal sealed class Caller(FleetCluster fleet, Ledger ledger, int seed, int round, int number)
{
    /// <summary>Units in stock of the offer that is redeemed in a round.</summary>
    public const int Stock = 5;

    /// <summary>Activations in total that the cap allows for each offer.</summary>
    public const int Cap = 4;

    /// <summary>Offers that one member may have activated (Members:MaxActivated).</summary>
    public const int MaxActivated = 3;

    /// <summary>Rounds for which there are members and offers.</summary>
    public const int MostRounds = 80;

    private const int NewMembers = 10;
    private const int MembersOfARound = 40;
    private const int OffersOfARound = 10;
    private const int Scarce = 100;
    private const int Put = 180;
    private const int Activated = 200;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private readonly Random _random = new((((seed * 1_009) + round) * 101) + number);
    private int _actions;
    private IMessage? _next;

    /// <summary>Members that are enough for all rounds.</summary>
    public static int Members => (MostRounds * NewMembers) + MembersOfARound;

    /// <summary>Offers that are enough for all rounds.</summary>
    public static int Offers => Activated + (MostRounds * OffersOfARound);

    /// <summary>The offer of which few are in stock in a round.</summary>
    public static string ScarceOffer(int round) => Offer(Scarce + round);

    /// <summary>Offers that are activated in a round.</summary>
    public static IEnumerable<string> ActivatedOffers(int round) => Enumerable.Range(0, OffersOfARound).Select(i => Offer(Activated + (round * OffersOfARound) + i));

    /// <summary>Members who act in a round.</summary>
    public static IEnumerable<string> MembersOf(int round) => Enumerable.Range(round * NewMembers, MembersOfARound).Select(Member);

    /// <summary>Acts until told that it is enough; then until the last action was answered.</summary>
    public async Task Run(CancellationToken enough, CancellationToken giveUp)
    {
        while (!enough.IsCancellationRequested || _next is not null)
        {
            var action = Next();
            ledger.Add(round, action, await Acknowledge(fleet, _random, action, giveUp));
            await Task.Delay(Pace, giveUp);
        }
    }

    /// <summary>Decides, until told that it is enough. What fails is noted; a node that does not run is left out.</summary>
    public async Task Decide(ConcurrentQueue<string> failures, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var node = fleet.Nodes[_random.Next(fleet.Nodes.Count)];
            try
            {
                await node.Decide(Member(_random.Next(Members)));
            }
            catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
            {
                // It does not run.
            }
            catch (RpcException e)
            {
                if (node.IsRunning) failures.Enqueue($"round {round}, {node.Name}: {e.Status}");
            }

            await Task.Delay(Pace, CancellationToken.None);
        }
    }

    /// <summary>Asks any node again and again until there is an answer.</summary>
    public static async Task<IMessage> Acknowledge(FleetCluster fleet, Random random, IMessage action, CancellationToken giveUp)
    {
        while (true)
        {
            giveUp.ThrowIfCancellationRequested();
            var node = fleet.Nodes[random.Next(fleet.Nodes.Count)];
            try
            {
                return await Send(node, action);
            }
            catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException || (e as RpcException)?.StatusCode
                is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Internal or StatusCode.ResourceExhausted or StatusCode.Aborted)
            {
                // It may have taken effect: the key tells, on any node.
                await Task.Delay(50, giveUp);
            }
        }
    }

    /// <summary>Asks one node once.</summary>
    public static async Task<IMessage> Send(FleetNodeProcess node, IMessage request)
    {
        var options = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(request is PublishGenerationRequest ? 40 : 10));
        return request switch
        {
            ActivateOfferRequest activate => await node.Members.ActivateOfferAsync(activate, options),
            RedeemOfferRequest redeem => await node.Members.RedeemOfferAsync(redeem, options),
            UpdateAvailabilityRequest update => await node.Availability.UpdateAvailabilityAsync(update, options),
            RecordEventsRequest record => await node.Members.RecordEventsAsync(record, options),
            EraseMemberRequest erase => await node.Members.EraseMemberAsync(erase, options),
            GetMemberRequest get => await node.Members.GetMemberAsync(get, options),
            PutOfferSetsRequest put => await node.Ingest.PutOfferSetsAsync(put, options),
            PutOffersRequest put => await node.Catalog.PutOffersAsync(put, options),
            PublishGenerationRequest publish => await node.Ingest.PublishGenerationAsync(publish, options),
            _ => throw new NotSupportedException(request.Descriptor.Name),
        };
    }

    private IMessage Next()
    {
        var key = $"{seed}-{round}-{number}-{_actions++}";
        if (_next is { } promised)
        {
            _next = null;
            return promised;
        }

        var member = Member((round * NewMembers) + _random.Next(MembersOfARound));
        switch (_random.Next(22))
        {
            case 20:
                // Somebody new each time, so that it is known what the set must be.
                var set = new OfferSet { MemberId = $"put-{key}", Offers = { new ScoredOffer { OfferId = Offer(_random.Next(Put, Activated)), Score = 1 } } };
                return new PutOfferSetsRequest { OfferSets = { set }, IdempotencyKey = key };
            case 21:
                return new PutOffersRequest { Offers = { new Offer { OfferId = $"put-{key}" } }, IdempotencyKey = key };
            case < 8:
                return new ActivateOfferRequest { MemberId = member, OfferId = Offer(Activated + (round * OffersOfARound) + _random.Next(OffersOfARound)), IdempotencyKey = key };
            case < 12:
                return new RedeemOfferRequest { MemberId = member, OfferId = ScarceOffer(round), IdempotencyKey = key };
            case < 17:
                var (offer, available) = (Offer(_random.Next(Scarce)), _random.Next(2) == 0);
                return new UpdateAvailabilityRequest { Updates = { new AvailabilityUpdate { OfferId = offer, Available = available, Version = ledger.Set(offer, available) } } };
            case < 19:
                return Click(member, key);
            default:
                // Somebody who comes once, and is forgotten again.
                _next = new EraseMemberRequest { MemberId = $"guest-{key}", IdempotencyKey = $"{key}-erase" };
                return Click($"guest-{key}", key);
        }
    }

    private static RecordEventsRequest Click(string member, string key) =>
        new() { IdempotencyKey = key, Events = { new MemberEvent { MemberId = member, OfferId = Offer(0), Kind = EventKind.Click } } };

    private static string Member(int number) => $"M{number:D8}";

    private static string Offer(int number) => $"OF{number:D6}";
}
