namespace DecisionServer.Store;

/// <summary>
/// The counters that an event counts in, each once even where several rules share it. Reusable.
/// </summary>
public sealed class CapTargets
{
    private CapTarget[] _targets = new CapTarget[8];
    private int _count;

    /// <summary>The counters found.</summary>
    public ReadOnlySpan<CapTarget> Span => _targets.AsSpan(0, _count);

    /// <summary>Finds the counters of an event.</summary>
    /// <param name="rules">The caps that belong to no offer.</param>
    /// <param name="ofOffer">The caps that the offer carries.</param>
    /// <param name="capEvent">What happened.</param>
    /// <param name="customKind">For a custom event: its kind.</param>
    /// <param name="offerKey">Key of the offer.</param>
    /// <param name="placementKey">Key of the placement; 0: unknown.</param>
    /// <param name="channelKey">Key of the channel; 0: unknown.</param>
    public void Find(
        CapRuleSet rules, ReadOnlySpan<CapRule> ofOffer, CapEvent capEvent, string customKind, ulong offerKey, ulong placementKey, ulong channelKey)
    {
        _count = 0;
        Collect(ofOffer, offerKey, capEvent, customKind);
        if (!rules.Any) return;
        Collect(rules.OfOffers, offerKey, capEvent, customKind);
        if (placementKey != 0) Collect(rules.OfPlacements, placementKey, capEvent, customKind);
        if (channelKey != 0) Collect(rules.OfChannels, channelKey, capEvent, customKind);
        Collect(rules.Everywhere, 0, capEvent, customKind);
    }

    /// <summary>Adds the counter of a rule that is counted whether or not anybody has capped it.</summary>
    public void Include(CapRule rule, ulong target) => Add(rule, rule.CounterKey(target));

    private void Collect(ReadOnlySpan<CapRule> rules, ulong target, CapEvent capEvent, string customKind)
    {
        foreach (var rule in rules)
        {
            if (rule.Event != capEvent || !rule.IsAbout(target) || (capEvent == CapEvent.Custom && rule.Config.CustomKind != customKind)) continue;
            Add(rule, rule.CounterKey(target));
        }
    }

    private void Add(CapRule rule, ulong key)
    {
        foreach (ref var known in _targets.AsSpan(0, _count))
        {
            if (known.Key != key || known.Rule.IsPerMember != rule.IsPerMember) continue;

            // The tightest rule stands for all of them where the limit is asked for, the widest says how much to keep.
            known.Keep = Math.Max(known.Keep, rule.Limit);
            if (rule.Limit < known.Rule.Limit) known.Rule = rule;
            return;
        }

        if (_count == _targets.Length) Array.Resize(ref _targets, _count * 2);
        _targets[_count++] = new CapTarget(rule, key, rule.Limit);
    }
}
