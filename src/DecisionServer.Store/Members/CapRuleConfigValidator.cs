namespace DecisionServer.Store;

/// <summary>The limits of a cap. Finds every fault, not only the first.</summary>
public static class CapRuleConfigValidator
{
    /// <summary>Adds one sentence for each fault of a cap that belongs to no offer, as "field: fault". The caller puts in front which one it is.</summary>
    public static void Validate(CapRuleConfig rule, ICollection<string> errors)
    {
        if (!IdRules.IsValid(rule.Name, out var fault)) errors.Add($"name: {fault}");
        if (!Enum.IsDefined(rule.Scope)) errors.Add($"scope: {(int)rule.Scope} is not a known scope");
        if (rule.Scope == CapScope.Everywhere && rule.Target.Length > 0) errors.Add("target: is given, but a cap of everywhere has none");
        else if (rule.Target.Length > 0 && !IdRules.IsValid(rule.Target, out fault)) errors.Add($"target: {fault}");
        Common(rule, errors);
    }

    /// <summary>Adds one sentence for each fault of a cap that an offer carries, as "caps[2].limit: fault".</summary>
    public static void ValidateOfOffer(IReadOnlyList<CapRuleConfig> caps, ICollection<string> errors)
    {
        if (caps.Count > CapRuleConfig.MaxPerOffer)
        {
            errors.Add(FormattableString.Invariant($"caps: has {caps.Count} entries, at most {CapRuleConfig.MaxPerOffer} are allowed"));
            return;
        }

        var found = new List<string>();
        for (var i = 0; i < caps.Count; i++)
        {
            if (caps[i].Name.Length > 0) found.Add("name: is given, but caps of an offer have none");
            if (caps[i].Scope != CapScope.Offer) found.Add("scope: a cap of an offer counts that offer only; put others by PutCapRules");
            if (caps[i].Target.Length > 0) found.Add("target: is given, but a cap of an offer is about that offer");
            Common(caps[i], found);
            foreach (var fault in found) errors.Add(FormattableString.Invariant($"caps[{i}].{fault}"));
            found.Clear();
        }
    }

    private static void Common(CapRuleConfig rule, ICollection<string> errors)
    {
        var window = rule.Window;
        if (!Enum.IsDefined(rule.Event)) errors.Add($"event: {(int)rule.Event} is not a known event");
        if (rule.Event == CapEvent.Custom && !IdRules.IsValid(rule.CustomKind, out var fault)) errors.Add($"custom_kind: {fault}");
        if (rule.Event != CapEvent.Custom && rule.CustomKind.Length > 0) errors.Add("custom_kind: is given, but the event is not a custom one");
        if (!Enum.IsDefined(rule.Per)) errors.Add($"per: {(int)rule.Per} is neither member nor total");
        if (!Enum.IsDefined(window.Kind)) errors.Add($"window: {(int)window.Kind} is not a known window");
        var most = window.Kind == CapWindowKind.Rolling ? CapRuleConfig.MaxRollingLimit : CapRuleConfig.MaxLimit;
        if (rule.Limit < 1 || rule.Limit > most)
            errors.Add(FormattableString.Invariant($"limit: is {rule.Limit}, must be between 1 and {most}{(most == CapRuleConfig.MaxRollingLimit ? " for a rolling window" : "")}"));
        if (window.Kind == CapWindowKind.Rolling)
        {
            if (window.Length < TimeSpan.FromSeconds(1) || window.Length > CapRuleConfig.MaxRolling)
                errors.Add(FormattableString.Invariant($"rolling_seconds: is {(long)window.Length.TotalSeconds}, must be between 1 and {(long)CapRuleConfig.MaxRolling.TotalSeconds}"));
            if (rule.Per == CapPer.Total)
                errors.Add("window: a cap in total cannot roll, because it could not be exact; take a calendar day, week or month, or forever");
        }
        else if (window.Length != TimeSpan.Zero)
        {
            errors.Add("rolling_seconds: is given, but the window does not roll");
        }
    }
}
