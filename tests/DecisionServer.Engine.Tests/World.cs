using DecisionServer.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Engine.Tests;

/// <summary>A real store in a folder of its own, an engine over it, and short ways to fill and ask them.</summary>
internal sealed class World : IDisposable
{
    public static readonly DateTimeOffset Monday = new(2017, 8, 14, 9, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("engine-").FullName;

    public World(EngineOptions? options = null)
    {
        Availability = new AvailabilityStore(new AvailabilityOptions { MaxRows = 10_000, RecentChanges = 64 });
        Members = new MemberServing(new MemberStoreOptions { MaxBytes = 4 << 20, ExpectedMembers = 100 }, new CapCalendar(TimeZoneInfo.Utc));
        Serving = new Serving(Availability, Members);
        Registry = new GenerationRegistry(
            new StoreOptions { Directory = _directory, MaxGenerationBytes = 64 << 20 }, Serving, Clock, NullLogger<GenerationRegistry>.Instance);
        Registry.Recover();
        Engine = new DecisionEngine(Serving, Clock, options ?? new EngineOptions());
    }

    public TestClock Clock { get; } = new();

    public AvailabilityStore Availability { get; }

    public MemberServing Members { get; }

    public Serving Serving { get; }

    public GenerationRegistry Registry { get; }

    public DecisionEngine Engine { get; }

    public void Dispose()
    {
        Registry.Dispose();
        Availability.Dispose();
        Members.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public static OfferConfig Offer(string id) => new() { OfferId = id };

    public static OfferSetConfig Set(string memberId, params (string OfferId, float Score)[] offers) =>
        new(memberId, [.. offers.Select(offer => new ScoredOfferConfig(offer.OfferId, offer.Score))], []);

    /// <summary>Loads, seals and publishes a generation.</summary>
    public World Publish(IReadOnlyList<OfferConfig> offers, IReadOnlyList<OfferSetConfig> sets, string id = "g1")
    {
        Load(id, offers, sets);
        Registry.Publish(id, force: true);
        return this;
    }

    public void Load(string id, IReadOnlyList<OfferConfig> offers, IReadOnlyList<OfferSetConfig> sets)
    {
        var load = Registry.Begin(id, sets.Count + 1, resume: false, "test");
        var session = Registry.Load(id, load.Token);
        session.LoadOffers(load.Token, offers);
        if (sets.Count > 0) Assert.Empty(session.Store(load.Token, "s", 1, sets).Rejected);
        Registry.Seal(id, load.Token, new SealRequest { MinCoverage = 0, MaxDrift = double.MaxValue, MaxRejected = 1 });
    }

    public World Place(params PlacementConfig[] placements)
    {
        Serving.PutPlacements(placements, out _, out _);
        return this;
    }

    public World Global(params (string OfferId, float Score)[] offers)
    {
        Serving.PutGlobalOffers([.. offers.Select(offer => new ScoredOfferConfig(offer.OfferId, offer.Score))]);
        return this;
    }

    public World Segment(string segment, params (string OfferId, float Score)[] offers)
    {
        Serving.PutSegmentOffers(segment, [.. offers.Select(offer => new ScoredOfferConfig(offer.OfferId, offer.Score))]);
        return this;
    }

    public World Member(
        string memberId, string[]? activated = null, string[]? redeemed = null, string[]? consents = null, string[]? segments = null, string[]? chains = null)
    {
        var state = new MemberStateBuffer { Version = 1 };
        foreach (var id in activated ?? []) state.Activated.Add(OfferKey.From(id));
        foreach (var id in redeemed ?? []) state.Redeemed.Add(OfferKey.From(id));
        foreach (var name in consents ?? []) state.Consents.Add(NameKey.From(name));
        foreach (var name in segments ?? []) state.Segments.Add(NameKey.From(name));
        foreach (var name in chains ?? []) state.Chains.Add(NameKey.From(name));
        Members.Store.Put(MemberKey.From(memberId), state);
        return this;
    }

    public World Caps(params CapRuleConfig[] rules)
    {
        Serving.PutCaps(CapRuleSet.Empty.With(rules, [], out _, out _));
        return this;
    }

    /// <summary>Counts an event as the journal's commands do.</summary>
    public World Event(string memberId, string offerId, CapEvent capEvent, DateTimeOffset at, string placement = "", string channel = "", string customKind = "")
    {
        var targets = new CapTargets();
        var caps = Serving.Current!.Catalogue.TryGetIndex(offerId, out var index) ? Serving.Current.Catalogue[index].Caps : [];
        targets.Find(
            Serving.Caps, caps, capEvent, customKind, OfferKey.From(offerId), placement == "" ? 0 : NameKey.From(placement), channel == "" ? 0 : NameKey.From(channel));
        var counters = new MemberCounters();
        var member = MemberKey.From(memberId);
        Members.Store.TryRead(member, counters);
        foreach (var target in targets.Span)
        {
            var period = Members.Calendar.PeriodOf(target.Rule.Window.Kind, at.UtcTicks);
            if (target.Rule.IsPerMember) counters.Add(target.Rule, target.Key, period, at.UtcTicks, target.Keep);
            else Members.Totals.Add(target.Key, period);
        }

        Members.Store.Put(member, counters);
        return this;
    }

    public World Update(params AvailabilityUpdate[] updates)
    {
        Availability.Apply(updates, Serving.Current?.Catalogue);
        return this;
    }

    public static DecisionRequest Request(string memberId, params (string Placement, int Count)[] slots)
    {
        var request = new DecisionRequest { MemberId = memberId };
        foreach (var (placement, count) in slots) request.Placements.Add(new PlacementAsk(placement, count));
        return request;
    }

    public DecisionResult Decide(DecisionRequest request)
    {
        var result = new DecisionResult();
        Assert.Equal(DecisionOutcome.Decided, Engine.Decide(request, result));
        return result;
    }

    /// <summary>The ids shown in the first placement, best first.</summary>
    public string[] Shown(DecisionRequest request) => Ids(Decide(request).Placement(0));

    /// <summary>The reason of an offer in the first placement: its first candidate, so that of the highest rung.</summary>
    public Reason ReasonOf(string offerId, DecisionRequest request)
    {
        request.Explain = true;
        return Decide(request).Placement(0).Candidates.ToArray().First(candidate => candidate.Offer.OfferId == offerId).Reason;
    }

    public static string[] Ids(PlacementResult slot) => [.. slot.Offers.ToArray().Select(offer => offer.Offer.OfferId)];
}
