using System.Collections.Concurrent;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet.Convergence;

/// <summary>
/// Random actions on all nodes of a fleet while its links, its processes, Redis and PostgreSQL are disturbed; after each round all nodes must hold the same, and what the
/// ledger of acknowledged actions says, no more and no less.
/// </summary>
internal sealed class ConvergenceRun(FleetCluster fleet, int seed)
{
    private const int Callers = 4;
    private const int PublishEvery = 4;
    private static readonly string[] Generations = ["week-1", "week-2"];
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);
    private readonly Random _random = new(seed);
    private readonly TroubleDeck _deck = new(fleet, new Random(seed));
    private readonly Ledger _ledger = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private string _generation = Generations[^1];

    /// <summary>What was done to the fleet, for the message of a failure.</summary>
    public List<string> Story { get; } = [];

    /// <summary>Troubles drawn so far.</summary>
    public IReadOnlySet<string> Troubles => _deck.Drawn;

    /// <summary>What it came to, in words.</summary>
    public string Summary => $"{_ledger.All.Count} actions acknowledged, {_deck.Drawn.Count} of {TroubleDeck.Size} troubles, {_failures.Count} decisions failed\n"
        + string.Join('\n', _failures.GroupBy(failure => failure).Select(group => $"  {group.Count()} x {group.Key}"));

    /// <summary>Options that a fleet needs for it.</summary>
    public static string[] Options => [$"Members:MaxActivated={Caller.MaxActivated}"];

    /// <summary>Loads what is decided from, and puts the caps.</summary>
    public async Task Begin()
    {
        foreach (var generation in Generations) await fleet.Load(generation, Caller.Members, Caller.Offers);
        await new CatalogService.CatalogServiceClient(fleet.Nodes[0].Server.Channel).PutCapRulesAsync(new PutCapRulesRequest
        {
            Rules =
            {
                new CapRule { Name = "few", Event = CapEvent.Activation, Scope = CapScope.Offer, Per = CapPer.Total, Limit = Caller.Cap },
                new CapRule { Name = "clicks", Event = CapEvent.Click, Scope = CapScope.Everywhere, Per = CapPer.Total, Limit = 1_000_000 },
                new CapRule { Name = "clicks of each", Event = CapEvent.Click, Scope = CapScope.Everywhere, Per = CapPer.Member, Limit = 1_000_000 },
            },
        });
        await fleet.Converge();
    }

    /// <summary>One round: trouble, actions meanwhile, an end of the trouble, and then all nodes must agree.</summary>
    public async Task Round(int number)
    {
        var troubles = _deck.Draw();
        Story.Add($"round {number}: {string.Join("; ", troubles.Select(trouble => trouble.Name))}");
        using var giveUp = new CancellationTokenSource(Bound);
        await Caller.Acknowledge(fleet, _random, new UpdateAvailabilityRequest
        {
            Updates = { new AvailabilityUpdate { OfferId = Caller.ScarceOffer(number), Stock = Caller.Stock, Version = 1 } },
        }, giveUp.Token);

        // 1. Actions and decisions while there is trouble, and sometimes a publish.
        using var enough = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(caller => new Caller(fleet, _ledger, seed, number, caller)).ToList();
        var work = callers.Select(caller => Task.Run(() => caller.Run(enough.Token, giveUp.Token))).ToList();
        work.Add(Task.Run(() => new Caller(fleet, _ledger, seed, number, Callers).Decide(_failures, enough.Token)));
        if (number % PublishEvery == 0) work.Add(Task.Run(() => Publish(new Random(seed + number), giveUp.Token)));
        await Task.WhenAll(troubles.Select(trouble => trouble.Make()));
        await Task.WhenAll(troubles.Select(trouble => trouble.End()));

        // 2. Now each of them gets its answer.
        await enough.CancelAsync();
        await Task.WhenAll(work);

        // 3. All nodes take writes again, and hold the same: what was acknowledged.
        foreach (var node in fleet.Nodes) await Eventually.True(() => TakesWrites(node), $"{node.Name} takes writes again");
        var digest = await fleet.Converge();
        Assert.Equal(_generation, digest.GenerationId);
        await Check(number);
    }

    private async Task Publish(Random random, CancellationToken giveUp)
    {
        var next = Generations.Single(generation => generation != _generation);
        await Caller.Acknowledge(fleet, random, new PublishGenerationRequest { GenerationId = next }, giveUp);
        _generation = next;
    }

    // What is asked here is asked of the journal, in line with what it writes.
    private static async Task<bool> TakesWrites(FleetNodeProcess node)
    {
        try
        {
            await Caller.Send(node, new GetMemberRequest { MemberId = "m" });
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return false;
        }
    }

    private async Task Check(int round)
    {
        // 1. Members hold what they were told that they have, and nothing else.
        var node = AnyNode();
        var states = await Task.WhenAll(Caller.MembersOf(round).Select(async id => (await node.Members.GetMemberAsync(new GetMemberRequest { MemberId = id })).Member));
        var offers = Caller.ActivatedOffers(round).ToHashSet(StringComparer.Ordinal);
        var held = states.SelectMany(state => state.Activated.Where(offer => offers.Contains(offer.OfferId)).Select(offer => (state.MemberId, offer.OfferId))).Order();
        var activated = _ledger.Activated(round);
        Assert.Equal(activated.Order(), held);

        // 2. No limit is exceeded, whichever node was asked.
        Assert.All(states, state => Assert.InRange(state.Activated.Count, 0, Caller.MaxActivated));
        Assert.All(activated.GroupBy(each => each.Offer), group => Assert.InRange(group.Count(), 0, Caller.Cap));
        var (asked, got) = _ledger.Redeemed(round);
        var scarce = Caller.ScarceOffer(round);
        Assert.Equal(Math.Min(Caller.Stock, asked.Count), got.Count);
        Assert.Equal(got.Order(), states.Where(state => state.Redeemed.Any(offer => offer.OfferId == scarce)).Select(state => state.MemberId).Order());
        Assert.Equal(Caller.Stock - got.Count, (await Row(scarce)).Stock);

        // 3. Every event has counted once; nothing is known of whoever was erased.
        Assert.Equal($"{_ledger.Clicks}", await fleet.Sql("SELECT coalesce(sum(value), 0) FROM decisionserver.totals WHERE counter LIKE 'click%'"));
        foreach (var id in _ledger.Erased(round)) Assert.Equal(new MemberState { MemberId = id }, WithoutProfile((await AnyNode().Members.GetMemberAsync(new GetMemberRequest { MemberId = id })).Member));

        // 4. The last word on availability holds.
        foreach (var (offer, (version, available)) in _ledger.Availability)
        {
            var row = await Row(offer);
            Assert.Equal((offer, version, available), (offer, row.Version, row.Available));
        }

        // 5. What was put into the generation that is current is there.
        foreach (var (request, answer) in _ledger.All.Where(each => each.Round == round).Select(each => (each.Request, each.Answer)))
        {
            if (answer is PutOfferSetsResponse set && set.GenerationId == _generation)
            {
                var put = ((PutOfferSetsRequest)request).OfferSets[0];
                var own = (await AnyNode().Decide(put.MemberId)).Placements[0].Offers.Where(offer => offer.Source == OfferSource.Member);
                Assert.Equal(put.Offers[0].OfferId, Assert.Single(own).OfferId);
            }
            else if (answer is PutOffersResponse offer && offer.GenerationId == _generation)
            {
                var id = ((PutOffersRequest)request).Offers[0].OfferId;
                Assert.Equal(id, (await AnyNode().Catalog.GetOfferAsync(new GetOfferRequest { OfferId = id })).Offer.OfferId);
            }
        }

        // 6. The same key, the same answer, on any node: of this round, and of some before it.
        var all = _ledger.All.Where(each => each.Request is not UpdateAvailabilityRequest).ToList();
        var again = all.Where(each => each.Round == round).Take(60).Concat(all.OrderBy(_ => _random.Next()).Take(15));
        foreach (var each in again) Assert.Equal(each.Answer, await Caller.Send(AnyNode(), each.Request));
    }

    private async Task<AvailabilityRow> Row(string offer) => (await AnyNode().Availability.GetAvailabilityAsync(new GetAvailabilityRequest { OfferId = offer })).Rows.Single();

    private static MemberState WithoutProfile(MemberState state)
    {
        Assert.Equal(new MemberProfile(), state.Profile ?? new MemberProfile());
        state.Profile = null;
        return state;
    }

    private FleetNodeProcess AnyNode() => fleet.Nodes[_random.Next(fleet.Nodes.Count)];
}
