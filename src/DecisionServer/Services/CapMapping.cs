using DecisionServer.Store;

namespace DecisionServer.Services;

/// <summary>Caps between the contract and the store.</summary>
internal static class CapMapping
{
    // Longer ones are refused by the validator; the limit keeps them from overflowing before.
    private const long MaxSeconds = 1_000_000_000;

    /// <summary>The cap as the store takes it, not checked yet.</summary>
    public static CapRuleConfig ToConfig(V1.CapRule rule) => new()
    {
        Name = rule.Name,
        Event = (CapEvent)rule.Event,
        CustomKind = rule.CustomKind,
        Scope = rule.Scope == V1.CapScope.Unspecified ? CapScope.Offer : (CapScope)rule.Scope,
        Target = rule.Target,
        Per = (CapPer)rule.Per,
        Limit = rule.Limit,
        Window = new CapWindow(
            rule.Window == V1.CapWindow.Unspecified ? CapWindowKind.Forever : (CapWindowKind)rule.Window,
            TimeSpan.FromSeconds(Math.Clamp(rule.RollingSeconds, -1, MaxSeconds))),
    };

    /// <summary>A cap that belongs to no offer. Adds one sentence for each fault to <paramref name="errors"/>, as "field: fault".</summary>
    public static CapRuleConfig ToConfig(V1.CapRule rule, ICollection<string> errors)
    {
        var config = ToConfig(rule);
        CapRuleConfigValidator.Validate(config, errors);
        return config;
    }

    /// <summary>The cap as the contract shows it.</summary>
    public static V1.CapRule ToProto(CapRuleConfig config) => new()
    {
        Name = config.Name,
        Event = (V1.CapEvent)config.Event,
        CustomKind = config.CustomKind,
        Scope = (V1.CapScope)config.Scope,
        Target = config.Target,
        Per = (V1.CapPer)config.Per,
        Limit = config.Limit,
        Window = (V1.CapWindow)config.Window.Kind,
        RollingSeconds = (long)config.Window.Length.TotalSeconds,
    };
}
