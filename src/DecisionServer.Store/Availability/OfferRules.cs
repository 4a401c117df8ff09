namespace DecisionServer.Store;

/// <summary>
/// The offers' own rules, by a number that each offer gets when it is first spoken of: so they do not depend on a catalogue, and all views share them.
/// One writer, readers without a lock.
/// </summary>
internal sealed class OfferRules
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Rules that apply everywhere, by number.</summary>
    public RuleMap Everywhere { get; } = new();

    /// <summary>For the writer: the numbers of the offers ever spoken of, from 1, by id.</summary>
    public IReadOnlyDictionary<string, int> Numbers => _numbers;

    /// <summary>For the writer: sets an offer's rule. True: this is the first word about it in any scope.</summary>
    public bool Set(string offerId, ScopeRules? scope, AvailabilityRule rule, out int number)
    {
        var isNew = !_numbers.TryGetValue(offerId, out number);
        if (isNew) _numbers.Add(offerId, number = _numbers.Count + 1);
        (scope?.Offers ?? Everywhere).Set((ulong)number, rule);
        return isNew;
    }

    /// <summary>The verdict on an offer's own rows in the scopes that apply.</summary>
    public AvailabilityVerdict Judge(int number, in AvailabilityScope scope, long nowTicks)
    {
        var verdict = Everywhere.Find((ulong)number)?.Judge(nowTicks) ?? AvailabilityVerdict.Available;
        if (verdict == AvailabilityVerdict.Available && scope.Chain?.Offers.Find((ulong)number) is { } inChain) verdict = inChain.Judge(nowTicks);
        if (verdict == AvailabilityVerdict.Available && scope.Store?.Offers.Find((ulong)number) is { } inStore) verdict = inStore.Judge(nowTicks);
        return verdict;
    }

    /// <summary>The price said in the closest scope that says one.</summary>
    public bool TryGetPrice(int number, in AvailabilityScope scope, out long priceMinor)
    {
        priceMinor = 0;
        return scope.Store?.Offers.Find((ulong)number)?.TryGetPrice(out priceMinor) is true
            || scope.Chain?.Offers.Find((ulong)number)?.TryGetPrice(out priceMinor) is true
            || Everywhere.Find((ulong)number)?.TryGetPrice(out priceMinor) is true;
    }

    /// <summary>The earliest end of validity in the scopes that apply, UTC ticks.</summary>
    public long UntilTicks(int number, in AvailabilityScope scope)
    {
        var until = Everywhere.Find((ulong)number)?.UntilTicks ?? long.MaxValue;
        if (scope.Chain?.Offers.Find((ulong)number) is { } inChain) until = Math.Min(until, inChain.UntilTicks);
        if (scope.Store?.Offers.Find((ulong)number) is { } inStore) until = Math.Min(until, inStore.UntilTicks);
        return until;
    }
}
