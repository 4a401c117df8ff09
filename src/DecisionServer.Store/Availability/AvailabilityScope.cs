namespace DecisionServer.Store;

/// <summary>
/// The scopes that apply to a request, from <see cref="AvailabilityView.Resolve"/>, for that one decision. The default value: everywhere only.
/// </summary>
public readonly struct AvailabilityScope
{
    internal AvailabilityScope(ScopeRules? chain, ScopeRules? store) => (Chain, Store) = (chain, store);

    internal ScopeRules? Chain { get; }

    internal ScopeRules? Store { get; }
}
