namespace DecisionServer.Store;

/// <summary>The caps that belong to no offer: immutable, a change builds the next set.</summary>
public sealed class CapRuleSet
{
    private readonly CapRule[] _rules;

    private CapRuleSet(CapRule[] rules)
    {
        _rules = rules;
        HasMemberRules = rules.Any(rule => rule.IsPerMember);
        OfOffers = Of(CapScope.Offer);
        OfPlacements = Of(CapScope.Placement);
        OfChannels = Of(CapScope.Channel);
        Everywhere = Of(CapScope.Everywhere);
    }

    /// <summary>No caps.</summary>
    public static CapRuleSet Empty { get; } = new([]);

    /// <summary>All of them, by name (UTF-8 order).</summary>
    public IReadOnlyList<CapRule> All => _rules;

    /// <summary>Whether there is any.</summary>
    public bool Any => _rules.Length > 0;

    /// <summary>Whether one of them counts per member.</summary>
    public bool HasMemberRules { get; }

    internal CapRule[] OfOffers { get; }

    internal CapRule[] OfPlacements { get; }

    internal CapRule[] OfChannels { get; }

    internal CapRule[] Everywhere { get; }

    /// <summary>The rules of a scope.</summary>
    public ReadOnlySpan<CapRule> OfScope(CapScope scope) => scope switch
    {
        CapScope.Offer => OfOffers,
        CapScope.Placement => OfPlacements,
        CapScope.Channel => OfChannels,
        _ => Everywhere,
    };

    /// <summary>
    /// This set with some rules added, replaced (same name) or, by name, removed. The added ones have passed <see cref="CapRuleConfigValidator"/>.
    /// Throws <see cref="CatalogueException"/> where a name is there twice or there would be too many.
    /// </summary>
    public CapRuleSet With(IReadOnlyList<CapRuleConfig> changed, IReadOnlyList<string> removed, out int added, out int replaced)
    {
        var errors = new List<string>();
        var byName = _rules.ToDictionary(rule => rule.Config.Name, StringComparer.Ordinal);
        foreach (var name in removed) byName.Remove(name);
        var left = byName.Count;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < changed.Count; i++)
        {
            if (seen.TryAdd(changed[i].Name, i)) byName[changed[i].Name] = new CapRule(changed[i]);
            else errors.Add($"rules[{i}].name: \"{changed[i].Name}\" is the name of rules[{seen[changed[i].Name]}] already");
        }

        if (byName.Count > CapRuleConfig.MaxRules) errors.Add($"rules: there would be {byName.Count}, at most {CapRuleConfig.MaxRules} are allowed");
        if (errors.Count > 0) throw new CatalogueException(errors);
        added = byName.Count - left;
        replaced = changed.Count - added;
        var rules = byName.Values.ToArray();
        Array.Sort(rules, (x, y) => Utf8OrdinalComparer.Instance.Compare(x.Config.Name, y.Config.Name));
        return new CapRuleSet(rules);
    }

    private CapRule[] Of(CapScope scope) => [.. _rules.Where(rule => rule.Scope == scope)];
}
