using DecisionServer.Store;

namespace DecisionServer.Engine;

/// <summary>
/// The caps in one decision: whether one is reached, and, in placements that count on decision, the counting. What is counted here
/// counts for the rest of the decision at once.
/// </summary>
internal sealed class Capping
{
    private readonly MemberCounters _counters = new();
    private readonly CapTargets _targets = new();
    private readonly ReusableList<Impression> _taken = new();
    private readonly ReusableList<(ulong Key, int Count)> _dryTotals = new();
    private CapRuleSet _rules = CapRuleSet.Empty;
    private MemberServing? _members;
    private ulong _channelKey;
    private long _nowTicks;
    private bool _isDry;
    private bool _isChanged;
    private bool _hasCounters;

    /// <summary>Takes over the caps of a decision.</summary>
    /// <param name="state">What serves.</param>
    /// <param name="members">What is known of members.</param>
    /// <param name="member">The member.</param>
    /// <param name="channel">Channel of the context; empty: unknown.</param>
    /// <param name="nowTicks">The instant of the decision.</param>
    /// <param name="isDry">Count for this decision only.</param>
    public void Begin(ServingState state, MemberServing? members, in MemberKey member, string channel, long nowTicks, bool isDry)
    {
        (_members, _nowTicks, _isDry, _isChanged) = (members, nowTicks, isDry, false);
        if (members is null) return;
        _rules = state.Caps;
        _channelKey = channel.Length == 0 || _rules.OfScope(CapScope.Channel).IsEmpty ? 0 : NameKey.From(channel);
        _hasCounters = NeedsCounters(state) && members.Store.TryRead(member, _counters);
        if (!_hasCounters) _counters.Clear();
    }

    /// <summary>Whether there is a cap per member at all; most decisions need no counters.</summary>
    public static bool NeedsCounters(ServingState state) => state.Caps.HasMemberRules || state.Catalogue.HasMemberCaps;

    public void Reset()
    {
        (_members, _rules, _channelKey) = (null, CapRuleSet.Empty, 0);
        _counters.Clear();
        _taken.Clear();
        _dryTotals.Clear();
    }

    /// <summary>The first cap that is reached, those per member first; <see cref="Reason.Shown"/>: none.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="isActivated">The member has activated it: caps on activations do not concern it any more.</param>
    /// <param name="placement">The placement it would be shown in.</param>
    public Reason Judge(Offer offer, bool isActivated, Placement placement)
    {
        if (_members is null || (offer.Caps.IsEmpty && !_rules.Any)) return Reason.Shown;
        var reason = Judge(offer.Caps, offer.Key, isActivated, Reason.Shown);
        if (_rules.Any && reason != Reason.CappedMember)
        {
            reason = Judge(_rules.OfScope(CapScope.Offer), offer.Key, isActivated, reason);
            reason = Judge(_rules.OfScope(CapScope.Placement), placement.Key, isActivated, reason);
            if (_channelKey != 0) reason = Judge(_rules.OfScope(CapScope.Channel), _channelKey, isActivated, reason);
            reason = Judge(_rules.OfScope(CapScope.Everywhere), 0, isActivated, reason);
        }

        return reason;
    }

    /// <summary>Counts that an offer is shown. False: a cap in total was reached by another decision a moment ago; nothing was counted.</summary>
    public bool TryCount(Offer offer, Placement placement, string memberId, string channel)
    {
        if (_members is null) return true;
        _targets.Find(_rules, offer.Caps, CapEvent.Impression, "", offer.Key, placement.Key, _channelKey);
        var targets = _targets.Span;
        if (targets.IsEmpty) return true;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i].Rule.IsPerMember || TryCountTotal(targets[i])) continue;
            while (--i >= 0) TakeBack(targets[i]);
            return false;
        }

        foreach (ref readonly var target in targets)
        {
            if (!target.Rule.IsPerMember) continue;
            _counters.Add(target.Rule, target.Key, Period(target.Rule), _nowTicks, target.Keep);
            _isChanged = true;
        }

        if (!_isDry) _taken.Add(new Impression(memberId, offer.OfferId, placement.Name, channel, _nowTicks));
        return true;
    }

    /// <summary>Makes what was counted visible to other decisions, and hands it to the journal's flusher. The caller holds the member's lock.</summary>
    public void Commit(in MemberKey member)
    {
        if (_isDry || _members is null || _taken.Count == 0) return;
        if (_isChanged && (_hasCounters || _members.Store.HasRoom)) _members.Store.Put(member, _counters);
        _members.Impressions.Add(_taken.Span);
    }

    private Reason Judge(ReadOnlySpan<CapRule> rules, ulong target, bool isActivated, Reason soFar)
    {
        if (soFar == Reason.CappedMember) return soFar;
        foreach (var rule in rules)
        {
            if (!rule.IsAbout(target) || (isActivated && rule.Event == CapEvent.Activation) || !IsReached(rule, rule.CounterKey(target))) continue;
            if (rule.IsPerMember) return Reason.CappedMember;
            soFar = Reason.CappedTotal;
        }

        return soFar;
    }

    private bool IsReached(CapRule rule, ulong key) => rule.IsPerMember
        ? _counters.IsReached(rule, key, Period(rule), _nowTicks)
        : _members!.Totals.Get(key, Period(rule)) + CountedDry(key) >= rule.Limit;

    private bool TryCountTotal(in CapTarget target)
    {
        if (!_isDry) return _members!.Totals.TryAdd(target.Key, Period(target.Rule), target.Rule.Limit);
        _dryTotals.Add((target.Key, 1));
        return true;
    }

    private void TakeBack(in CapTarget target)
    {
        if (!target.Rule.IsPerMember && !_isDry) _members!.Totals.Remove(target.Key, Period(target.Rule));
    }

    private int CountedDry(ulong key)
    {
        var count = 0;
        foreach (var (counted, by) in _dryTotals.Span) count += counted == key ? by : 0;
        return count;
    }

    private int Period(CapRule rule) => _members!.Calendar.PeriodOf(rule.Window.Kind, _nowTicks);
}
