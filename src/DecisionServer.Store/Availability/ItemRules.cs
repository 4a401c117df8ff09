namespace DecisionServer.Store;

/// <summary>
/// The items' rules, by <see cref="ItemKey"/>. They do not depend on a catalogue, so all views share them. One writer, readers without a lock.
/// </summary>
internal sealed class ItemRules
{
    private readonly ItemFilter _filter = new();

    /// <summary>A rule for each item that was ever spoken of in any scope: an open one where nothing was said of "everywhere".</summary>
    public RuleMap Everywhere { get; } = new();

    /// <summary>For the writer: sets an item's rule. Returns its former rule everywhere; null where this is the first word about it.</summary>
    public AvailabilityRule? Set(ulong itemKey, ScopeRules? scope, AvailabilityRule rule)
    {
        var former = Everywhere.Find(itemKey);
        scope?.Items.Set(itemKey, rule);
        if (scope is null || former is null) Everywhere.Set(itemKey, scope is null ? rule : AvailabilityRule.Open);
        if (former is null) _filter.Add(itemKey, Everywhere);
        return former;
    }

    /// <summary>The verdict on an item in the scopes that apply.</summary>
    public AvailabilityVerdict Judge(ulong itemKey, in AvailabilityScope scope, long nowTicks)
    {
        if (!_filter.MayHold(itemKey) || Everywhere.Find(itemKey) is not { } rule) return AvailabilityVerdict.Available;
        var verdict = rule.Judge(nowTicks);
        if (verdict == AvailabilityVerdict.Available && scope.Chain?.Items.Find(itemKey) is { } inChain) verdict = inChain.Judge(nowTicks);
        if (verdict == AvailabilityVerdict.Available && scope.Store?.Items.Find(itemKey) is { } inStore) verdict = inStore.Judge(nowTicks);
        return verdict;
    }
}
