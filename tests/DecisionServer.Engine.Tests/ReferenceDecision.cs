using System.Text;
using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

/// <summary>What a decision must be, written from the contract with plain LINQ over what users write; shares no code with the engine.</summary>
internal sealed class ReferenceDecision(Scenario scenario)
{
    private readonly ReferenceAvailability _availability = new(scenario.Updates);

    public sealed record Candidate(string OfferId, OfferSource Source, float Score, Reason Reason, long? Price, long ValidUntilTicks);

    private sealed record Entry(OfferConfig Offer, float Propensity, int Rung, OfferSource Source);

    /// <summary>Every candidate of every placement, in ranked order; those to show have <see cref="Reason.Shown"/>.</summary>
    public List<List<Candidate>> Decide(DecisionRequest request)
    {
        var rungs = Rungs(request);
        var slots = request.Placements.Count == 0 ? [new PlacementAsk("default", 0)] : request.Placements.Span.ToArray();
        var shown = new HashSet<string>();
        var answer = new List<List<Candidate>>();
        foreach (var slot in slots)
        {
            var placement = scenario.Placements.Single(config => config.Name == slot.Placement);
            var filled = Fill(placement, slot.Count == 0 ? placement.DefaultCount == 0 ? 10 : placement.DefaultCount : slot.Count, rungs, shown, request);
            if (!request.AllowDuplicates) shown.UnionWith(filled.Where(candidate => candidate.Reason == Reason.Shown).Select(candidate => candidate.OfferId));
            answer.Add(filled);
        }

        return answer;
    }

    public static IEnumerable<T> InOrder<T>(IEnumerable<T> entries, Func<T, float> score, Func<T, string> id) =>
        entries.OrderByDescending(score).ThenBy(entry => Convert.ToHexString(Encoding.UTF8.GetBytes(id(entry))), StringComparer.Ordinal);

    private List<List<Entry>> Rungs(DecisionRequest request)
    {
        var segments = Segments(request.MemberId, request.Context).Where(segment => List(scenario.Ladder.Segments.GetValueOrDefault(segment) ?? []).Any());
        var set = scenario.Sets.SingleOrDefault(set => set.MemberId == request.MemberId)?.Offers ?? [];
        return [.. new[] { (List: set, Source: OfferSource.Member) }
            .Concat(segments.Select(segment => (List: scenario.Ladder.Segments[segment], Source: OfferSource.Segment)))
            .Append((List: scenario.Ladder.Global, Source: OfferSource.Global))
            .Select((rung, number) => List(rung.List).Select(entry => new Entry(entry.Offer, entry.Score, number, rung.Source)).ToList())];
    }

    private IEnumerable<(OfferConfig Offer, float Score)> List(IReadOnlyList<ScoredOfferConfig> list) =>
        from scored in InOrder(list, scored => scored.Score, scored => scored.OfferId)
        join offer in scenario.Offers on scored.OfferId equals offer.OfferId
        select (offer, scored.Score);

    private List<Candidate> Fill(PlacementConfig placement, int count, List<List<Entry>> rungs, HashSet<string> shown, DecisionRequest request)
    {
        var candidates = new List<Candidate>();
        var chosen = new List<OfferConfig>();
        foreach (var entry in rungs.Take(placement.NoFallback ? 1 : rungs.Count).SelectMany(rung => rung.OrderByDescending(entry => Score(placement, entry, request.Context))))
        {
            var isOnHigherRung = rungs.Take(entry.Rung).Any(rung => rung.Any(other => other.Offer == entry.Offer));
            var minimum = request.MinScore ?? placement.MinScore;
            var reason = Filter(entry.Offer, request.MemberId, request.Context)
                ?? Standing(entry.Offer, request.MemberId, request.Context, placement)
                ?? (request.ExcludeOfferIds.Span.Contains(entry.Offer.OfferId) ? Reason.Excluded : (Reason?)null) ??
                (entry.Rung == 0 && entry.Propensity < minimum ? Reason.BelowMinScore
                : isOnHigherRung || shown.Contains(entry.Offer.OfferId) ? Reason.Duplicate
                : IsOver(placement.MaxPerCategory, entry.Offer.Category, chosen.Select(offer => offer.Category))
                    || IsOver(placement.MaxPerBrand, entry.Offer.Brand, chosen.Select(offer => offer.Brand)) ? Reason.Diversity
                : chosen.Count == count ? Reason.RankedOut
                : Reason.Shown);
            if (reason == Reason.Shown) chosen.Add(entry.Offer);
            candidates.Add(new Candidate(entry.Offer.OfferId, entry.Source, Score(placement, entry, request.Context), reason,
                _availability.Price(entry.Offer, request.Context.ChainId, request.Context.StoreId),
                _availability.ValidUntilTicks(entry.Offer, request.Context.ChainId, request.Context.StoreId)));
        }

        return candidates;
    }

    private static bool IsOver(int limit, string value, IEnumerable<string> chosen) => limit > 0 && value != "" && chosen.Count(other => other == value) >= limit;

    public MemberModel Member(string memberId) =>
        scenario.Members.SingleOrDefault(member => member.MemberId == memberId) ?? new MemberModel(memberId, [], [], [], [], []);

    /// <summary>What the member did with the offer, and caps; null: passed.</summary>
    public Reason? Standing(OfferConfig offer, string memberId, DecisionContext context, PlacementConfig placement, bool moveOut = true)
    {
        var member = Member(memberId);
        var isActivated = member.Activated.Contains(offer.OfferId);
        if (isActivated && moveOut && !placement.ShowActivated) return Reason.AlreadyActivated;
        if (member.Redeemed.Contains(offer.OfferId)) return Reason.Redeemed;
        var reached = offer.Caps.Concat(scenario.Caps.Where(rule => Concerns(rule, offer.OfferId, placement.Name, context.Channel)))
            .Where(rule => !(isActivated && rule.Event == CapEvent.Activation) && Count(rule, offer.OfferId, placement.Name, context.Channel, memberId) >= rule.Limit)
            .ToList();
        return reached.Any(rule => rule.Per == CapPer.Member) ? Reason.CappedMember : reached.Count > 0 ? Reason.CappedTotal : null;
    }

    private static bool Concerns(CapRuleConfig rule, string offerId, string placement, string channel)
    {
        var name = rule.Scope switch { CapScope.Offer => offerId, CapScope.Placement => placement, CapScope.Channel => channel, _ => "everywhere" };
        return name != "" && (rule.Target == "" || rule.Target == name);
    }

    private int Count(CapRuleConfig rule, string offerId, string placement, string channel, string memberId) => scenario.Events.Count(each =>
        each.Event == rule.Event
        && (rule.Per == CapPer.Total || each.MemberId == memberId)
        && (rule.Scope switch
        {
            CapScope.Offer => each.OfferId == offerId,
            CapScope.Placement => each.Placement == placement,
            CapScope.Channel => each.Channel == channel,
            _ => true,
        })
        && (rule.Window.Kind switch
        {
            CapWindowKind.Forever => true,
            CapWindowKind.Rolling => each.At > Scenario.Now - rule.Window.Length,
            CapWindowKind.Day => each.At.Date == Scenario.Now.Date,
            CapWindowKind.Week => each.At.Date >= World.Monday.Date,
            _ => each.At.Month == Scenario.Now.Month,
        }));

    /// <summary>The filters that concern offer, context and profile; null: passed.</summary>
    public Reason? Filter(OfferConfig offer, string memberId, DecisionContext context)
    {
        var member = Member(memberId);
        string[] chains = context.ChainId == "" ? member.Chains : [context.ChainId];
        var live = _availability.JudgeOffer(offer, context.ChainId, context.StoreId, Scenario.Now);
        return Scenario.Now < offer.ValidFrom || live == AvailabilityVerdict.NotYetValid ? Reason.NotYetValid
            : Scenario.Now >= offer.ValidUntil || live == AvailabilityVerdict.Expired ? Reason.Expired
            : live == AvailabilityVerdict.Unavailable ? Reason.Unavailable
            : live == AvailabilityVerdict.OutOfStock ? Reason.OutOfStock
            : offer.Channels.Count > 0 && !offer.Channels.Contains(context.Channel) ? Reason.WrongChannel
            : offer.ChainIds.Count > 0 && !offer.ChainIds.Intersect(chains).Any() ? Reason.WrongChain
            : offer.StoreIds.Count > 0 && !offer.StoreIds.Contains(context.StoreId) ? Reason.WrongStore
            : offer.Consent != "" && !member.Consents.Contains(offer.Consent) ? Reason.ConsentMissing
            : offer.Segments.Count > 0 && !offer.Segments.Intersect(Segments(memberId, context)).Any() ? Reason.Segment
            : null;
    }

    private List<string> Segments(string memberId, DecisionContext context) =>
        [.. context.Segments.Split('|', StringSplitOptions.RemoveEmptyEntries).Concat(Member(memberId).Segments).Distinct()];

    private static float Score(PlacementConfig placement, Entry entry, DecisionContext context)
    {
        var isInFocus = context.FocusCategories.Span.ToArray().Any(category => category != "" && category == entry.Offer.Category)
            || context.BasketItemIds.Span.ToArray().Intersect(entry.Offer.ItemIds).Any();
        double propensity = entry.Propensity, lift = isInFocus ? placement.ContextLift ?? 1.5f : 1f;
        double value = entry.Offer.Value ?? 1f, boost = entry.Offer.Boost ?? 1f;
        var weights = placement.Weights ?? new StrategyWeights(1, 0, 0, 0);
        return placement.Strategy switch
        {
            PlacementStrategy.Affinity => entry.Propensity,
            PlacementStrategy.Arbitration => (float)(propensity * lift * value * boost),
            _ => (float)((weights.Propensity * propensity) + (weights.Context * lift) + (weights.Value * value) + (weights.Boost * boost)),
        };
    }
}
