using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

/// <summary>How large a random scenario is, and the seed it is made from: what a property test shrinks and prints.</summary>
public sealed record Shape(int Seed, int Offers, int Members, int SetSize, int Updates, int LadderSize);

/// <summary>A member as the journal knows it.</summary>
public sealed record MemberModel(string MemberId, string[] Activated, string[] Redeemed, string[] Consents, string[] Segments, string[] Chains);

/// <summary>Something that happened.</summary>
public sealed record EventModel(string MemberId, string OfferId, CapEvent Event, string Placement, string Channel, DateTimeOffset At);

/// <summary>Everything a decision depends on, as users write it, at random but reproducible. Names are few, so that they meet.</summary>
internal sealed class Scenario
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 12).Select(i => $"item-{i}")];
    private static readonly string[] Categories = ["dairy", "bread", "meat"];
    private static readonly string[] Brands = ["b1", "b2"];
    private static readonly string[] Channels = ["app", "web", "email"];
    private static readonly string[] Chains = ["c1", "c2"];
    private static readonly string[] Stores = ["s1", "s2"];
    private static readonly string[] SegmentNames = ["new", "loyal", "family"];
    private readonly Random _random;
    private readonly Shape _shape;

    public Scenario(Shape shape)
    {
        _shape = shape;
        _random = new Random(shape.Seed);
        Offers = [.. Enumerable.Range(0, shape.Offers).Select(_ => Offer())];
        Sets = [.. Enumerable.Range(0, shape.Members).Select(i => new OfferSetConfig($"m{i}", Scored(shape.SetSize, unknown: false), Affinities()))
            .Where(set => set.Offers.Count + set.Affinities.Count > 0)];
        Updates = [.. Enumerable.Range(0, shape.Updates).Select(_ => Update())];

        // "no-such-offer" makes the list configured even where it is empty otherwise.
        Ladder = new LadderConfig
        {
            Segments = SegmentNames.Where(_ => Maybe(0.6)).ToDictionary(name => name, IReadOnlyList<ScoredOfferConfig> (_) => Scored(shape.LadderSize, unknown: true)),
            Global = [.. Scored(shape.LadderSize, unknown: true), new("no-such-offer", 1)],
        };
        Members = [.. Enumerable.Range(0, shape.Members).Where(_ => Maybe(0.7)).Select(Member)];
        Caps = [.. Enumerable.Range(0, _random.Next(4)).Select(Rule)];
        Events = [.. Enumerable.Range(0, Offers.Length == 0 ? 0 : shape.Updates).Select(_ => NextEvent())];
        Placements = [.. Enumerable.Range(0, 4).Select(Placement), new PlacementConfig { Name = "default", DefaultCount = 10 }, Search()];
    }

    public static DateTimeOffset Now => World.Monday;

    public OfferConfig[] Offers { get; }

    public OfferSetConfig[] Sets { get; }

    public AvailabilityUpdate[] Updates { get; }

    public LadderConfig Ladder { get; }

    public PlacementConfig[] Placements { get; }

    public MemberModel[] Members { get; }

    public CapRuleConfig[] Caps { get; }

    public EventModel[] Events { get; }

    public World Build(World world)
    {
        world.Publish(Offers, Sets);
        world.Place(Placements);
        world.Caps(Caps);
        foreach (var member in Members) world.Member(member.MemberId, member.Activated, member.Redeemed, member.Consents, member.Segments, member.Chains);
        foreach (var each in Events) world.Event(each.MemberId, each.OfferId, each.Event, each.At, each.Placement, each.Channel);
        foreach (var (segment, list) in Ladder.Segments) world.Serving.PutSegmentOffers(segment, list);
        world.Serving.PutGlobalOffers(Ladder.Global);
        if (Updates.Length > 0) world.Update(Updates);
        return world;
    }

    public DecisionRequest NextRequest()
    {
        var request = new DecisionRequest
        {
            MemberId = $"m{_random.Next(_shape.Members + 1)}",
            MinScore = Maybe(0.3) ? Score() : null,
            AllowDuplicates = Maybe(0.3),
            Explain = Maybe(0.5),
        };
        for (var i = _random.Next(4); i > 0; i--) request.Placements.Add(new PlacementAsk($"p{_random.Next(4)}", _random.Next(8)));
        for (var i = _random.Next(3); i > 0 && Offers.Length > 0; i--) request.ExcludeOfferIds.Add(Pick([.. Offers.Select(offer => offer.OfferId), "unknown"]));
        Fill(request.Context);
        return request;
    }

    public SearchRequest NextSearch()
    {
        var request = new SearchRequest { MemberId = $"m{_random.Next(_shape.Members + 1)}", Count = Maybe(0.5) ? 0 : _random.Next(1, 12) };
        string[] all = [.. Items, "item-unknown", "item-unknown-too"];
        _random.Shuffle(all);
        var relevance = Maybe(0.2) ? 0 : 1;
        foreach (var item in all.Take(_random.Next(1, all.Length + 1)))
        {
            request.Items.Add(new SearchItem(item, relevance * (_random.Next(20) - 4), Maybe(0.5) ? Pick(Categories) : "", Maybe(0.5) ? Pick(Brands) : ""));
        }

        Fill(request.Context);
        return request;
    }

    private void Fill(DecisionContext context)
    {
        context.Channel = Maybe(0.7) ? Pick([.. Channels, "sms"]) : "";
        context.ChainId = Maybe(0.7) ? Pick([.. Chains, "c9"]) : "";
        context.StoreId = Maybe(0.7) ? Pick([.. Stores, "s9"]) : "";
        context.Segments = string.Join('|', Enumerable.Range(0, _random.Next(4)).Select(_ => Pick([.. SegmentNames, "other", ""])));
        for (var i = _random.Next(3); i > 0; i--) context.FocusCategories.Add(Pick([.. Categories, "other"]));
        for (var i = _random.Next(4); i > 0; i--) context.BasketItemIds.Add(Pick([.. Items, "other"]));
    }

    private MemberModel Member(int number)
    {
        string[] ids = [.. Offers.Select(offer => offer.OfferId), "of-last-week"];
        return new($"m{number}", Some(ids, 5), Some(ids, 3), Some(["mail", "push"], 2), Some(SegmentNames, 2), Some(Chains, 2));
    }

    private CapRuleConfig Rule(int number)
    {
        var scope = (CapScope)_random.Next(1, 5);
        var each = Cap(scope);
        return each with
        {
            Name = $"rule-{number}",
            Target = Maybe(0.5) ? "" : scope switch
            {
                CapScope.Offer => Offers.Length == 0 ? "unknown" : Pick(Offers).OfferId,
                CapScope.Placement => $"p{_random.Next(4)}",
                CapScope.Channel => Pick(Channels),
                _ => "",
            },
        };
    }

    private CapRuleConfig Cap(CapScope scope)
    {
        var per = (CapPer)_random.Next(1, 3);
        var window = _random.Next(5) switch
        {
            0 => CapWindow.Day,
            1 => CapWindow.Week,
            2 => CapWindow.Month,
            3 when per == CapPer.Member => CapWindow.Rolling(TimeSpan.FromHours(_random.Next(1, 48))),
            _ => CapWindow.Forever,
        };
        return new() { Event = (CapEvent)_random.Next(1, 5), Scope = scope, Per = per, Limit = _random.Next(1, 5), Window = window };
    }

    // Members come by turns, and their events in the order of time: a window that is over is never counted in again.
    private EventModel NextEvent() => new(
        $"m{_random.Next(_shape.Members + 1)}", Pick(Offers).OfferId, (CapEvent)_random.Next(1, 5), Maybe(0.7) ? $"p{_random.Next(4)}" : "",
        Maybe(0.7) ? Pick(Channels) : "", Now.AddHours(-_random.Next(0, 100)));

    private OfferConfig Offer() => new()
    {
        OfferId = UniqueId(),
        Category = Maybe(0.8) ? Pick(Categories) : "",
        Brand = Maybe(0.8) ? Pick(Brands) : "",
        Consent = Maybe(0.1) ? "mail" : "",
        Caps = Maybe(0.2) ? [Cap(CapScope.Offer)] : [],
        ValidFrom = Instant(0.2, -3, 1),
        ValidUntil = Instant(0.3, -1, 3),
        ItemIds = Some(Items, 4),
        Channels = Maybe(0.2) ? Some(Channels, 2) : [],
        ChainIds = Maybe(0.2) ? Some(Chains, 2) : [],
        StoreIds = Maybe(0.2) ? Some(Stores, 2) : [],
        Segments = Maybe(0.2) ? Some(SegmentNames, 2) : [],
        PriceMinor = Maybe(0.5) ? _random.Next(1000) : null,
        Value = Maybe(0.5) ? _random.Next(5) : null,
        Boost = Maybe(0.5) ? _random.Next(4) : null,
        Title = Text(),
        CampaignId = Text(),
        Department = Text(),
        Content = Some(["title", "image", "preis", "\U0001F95B", "empty"], 3).ToDictionary(key => key, _ => Text()),
    };

    // Decisions do not look at these; answers show them.
    private string Text() => Pick(["", "", "milk", "Käse \u20AC 3", "\U0001F95B\U0001F95B", new string('x', 200)]);

    // Ids whose order by UTF-16 units is not that of their bytes, too.
    private string UniqueId() => Pick(["o", "O", "\U0001F95B", "\uFFFA", "é"]) + _random.Next(int.MaxValue).ToString("x", null);

    private List<ScoredOfferConfig> Scored(int size, bool unknown)
    {
        var ids = Offers.Select(offer => offer.OfferId).ToList();
        if (unknown) ids.Add("unknown");
        var list = ids.OrderBy(_ => _random.Next()).Take(_random.Next(size + 1)).Select(id => new ScoredOfferConfig(id, Score())).ToList();
        return list;
    }

    private List<AffinityConfig> Affinities() =>
    [
        .. Items.Where(_ => Maybe(0.3)).Select(item => new AffinityConfig(AffinityKind.Item, item, Score())),
        .. Categories.Where(_ => Maybe(0.5)).Select(category => new AffinityConfig(AffinityKind.Category, category, Score())),
        .. Brands.Where(_ => Maybe(0.5)).Select(brand => new AffinityConfig(AffinityKind.Brand, brand, Score())),
    ];

    // Few values, so that there are ties; four decimals, so that they are stored exactly.
    private float Score() => Maybe(0.5) ? _random.Next(10) / 10f : _random.Next(65_536) / 10_000f;

    private AvailabilityUpdate Update()
    {
        var isOffer = Offers.Length > 0 && Maybe(0.5);
        var scope = (AvailabilityScopeKind)_random.Next(3);
        return new AvailabilityUpdate
        {
            Subject = isOffer ? AvailabilitySubject.Offer : AvailabilitySubject.Item,
            SubjectId = isOffer ? Pick([.. Offers.Select(offer => offer.OfferId)]) : Pick(Items),
            Scope = scope,
            ScopeId = scope switch { AvailabilityScopeKind.Chain => Pick(Chains), AvailabilityScopeKind.Store => Pick(Stores), _ => "" },
            Available = Maybe(0.6) ? Maybe(0.4) : null,
            Stock = Maybe(0.4) ? _random.Next(3) : null,
            PriceMinor = Maybe(0.3) ? _random.Next(1000) : null,
            ValidFrom = Instant(0.2, -2, 1),
            ValidUntil = Instant(0.2, -1, 2),
        };
    }

    private PlacementConfig Placement(int number) => new()
    {
        Name = $"p{number}",
        Strategy = (PlacementStrategy)_random.Next(1, 4),
        Weights = Maybe(0.5) ? new StrategyWeights(_random.Next(3), _random.Next(3), _random.Next(3), _random.Next(3)) : null,
        DefaultCount = _random.Next(6),
        MaxPerCategory = _random.Next(4),
        MaxPerBrand = _random.Next(5),
        MinScore = Maybe(0.3) ? Score() : null,
        ContextLift = Maybe(0.5) ? _random.Next(5) / 2f : null,
        NoFallback = Maybe(0.2),
        ShowActivated = Maybe(0.4),
    };

    private PlacementConfig Search() => new()
    {
        Name = "search",
        SearchWeights = Maybe(0.5) ? new SearchWeightsConfig { Item = _random.Next(3), Category = _random.Next(3), Offer = _random.Next(2), Activated = Maybe(0.5) ? _random.Next(3) : null } : null,
        UnavailableItems = Maybe(0.5) ? UnavailableItems.Drop : UnavailableItems.Demote,
    };

    private DateTimeOffset? Instant(double chance, int from, int to) => Maybe(chance) ? Now.AddHours(_random.Next(from, to + 1)).AddTicks(_random.Next(3)) : null;

    private bool Maybe(double chance) => _random.NextDouble() < chance;

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private string[] Some(string[] from, int max) => [.. from.OrderBy(_ => _random.Next()).Take(_random.Next(max + 1))];
}
