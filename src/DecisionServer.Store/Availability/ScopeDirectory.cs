using System.Collections.Concurrent;

namespace DecisionServer.Store;

/// <summary>The chains and stores that were ever spoken of. One writer, readers without a lock.</summary>
internal sealed class ScopeDirectory
{
    private readonly ConcurrentDictionary<string, ScopeRules> _chains = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ScopeRules> _stores = new(StringComparer.Ordinal);
    private volatile bool _any;

    /// <summary>The scopes of a request that were ever spoken of.</summary>
    public AvailabilityScope Resolve(string chainId, string storeId) =>
        _any ? new AvailabilityScope(Find(_chains, chainId), Find(_stores, storeId)) : default;

    /// <summary>For the writer: the rules of a scope, made where there are none; null for everywhere.</summary>
    public ScopeRules? GetOrAdd(AvailabilityScopeKind kind, string id)
    {
        if (kind == AvailabilityScopeKind.Everywhere) return null;
        var scope = (kind == AvailabilityScopeKind.Chain ? _chains : _stores).GetOrAdd(id, static _ => new ScopeRules());
        _any = true;
        return scope;
    }

    private static ScopeRules? Find(ConcurrentDictionary<string, ScopeRules> scopes, string id) =>
        id.Length != 0 && scopes.TryGetValue(id, out var scope) ? scope : null;
}

/// <summary>What was said about one chain or store.</summary>
internal sealed class ScopeRules
{
    /// <summary>Rules of offers, by their number in <see cref="OfferRules"/>.</summary>
    public RuleMap Offers { get; } = new();

    /// <summary>Rules of items, by <see cref="ItemKey"/>.</summary>
    public RuleMap Items { get; } = new();
}
