using System.Buffers.Binary;

namespace DecisionServer.Store;

/// <summary>A cap compiled for decisions. Immutable.</summary>
public sealed class CapRule
{
    private const ulong Seed = 0x636170; // "cap"
    private readonly ulong _spec;

    /// <summary>Compiles a cap that has passed <see cref="CapRuleConfigValidator"/>.</summary>
    public CapRule(CapRuleConfig config)
    {
        Config = config;
        Prefix = FormattableString.Invariant(
            $"{(config.Event == CapEvent.Custom ? $"custom:{config.CustomKind.Length}:{config.CustomKind}" : Name(config.Event))}/{config.Window}/{Name(config.Scope)}");
        _spec = XxHash64.Hash(System.Text.Encoding.UTF8.GetBytes(Prefix), Seed);
        TargetKey = config.Target.Length == 0 ? 0 : config.Scope == CapScope.Offer ? OfferKey.From(config.Target) : NameKey.From(config.Target);
    }

    /// <summary>What it was compiled from.</summary>
    public CapRuleConfig Config { get; }

    /// <summary>What it counts.</summary>
    public CapEvent Event => Config.Event;

    /// <summary>What it counts together.</summary>
    public CapScope Scope => Config.Scope;

    /// <summary>Whether it counts each member's events by themselves.</summary>
    public bool IsPerMember => Config.Per == CapPer.Member;

    /// <summary>Most events.</summary>
    public int Limit => Config.Limit;

    /// <summary>Within which time.</summary>
    public CapWindow Window => Config.Window;

    /// <summary>Key of the one offer (<see cref="OfferKey"/>), placement or channel (<see cref="NameKey"/>) it is about. 0: each one by itself.</summary>
    public ulong TargetKey { get; }

    private string Prefix { get; }

    /// <summary>The key of the counter of an offer, placement or channel; 0 for everywhere. Rules that count the same have the same counter.</summary>
    public ulong CounterKey(ulong target) => KeyOf(_spec, target);

    private static ulong KeyOf(ulong spec, ulong target)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, spec);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], target);
        return XxHash64.Hash(bytes, Seed);
    }

    /// <summary>The counter's name for people: "redemption/forever/offer/13-54000016333".</summary>
    public string CounterName(string target) => Scope == CapScope.Everywhere ? Prefix : $"{Prefix}/{target}";

    /// <summary>The key of a counter by its name. False: that is no name of a counter.</summary>
    public static bool TryReadName(string name, out ulong key)
    {
        key = 0;
        var window = name.IndexOf('/', StringComparison.Ordinal);
        if (name.StartsWith("custom:", StringComparison.Ordinal))
        {
            // The kind may hold anything, so its length comes first.
            var parts = name.Split(':', 3);
            if (parts.Length != 3 || !int.TryParse(parts[1], out var length) || length < 1 || length >= parts[2].Length) return false;
            window = name.Length - parts[2].Length + length;
            if (name[window] != '/') return false;
        }

        var scope = window < 0 ? -1 : name.IndexOf('/', window + 1);
        if (scope < 0) return false;
        var end = name.IndexOf('/', scope + 1);
        var prefix = end < 0 ? name : name[..end];
        var target = end < 0 ? 0 : prefix.EndsWith("/offer", StringComparison.Ordinal) ? OfferKey.From(name[(end + 1)..]) : NameKey.From(name.AsSpan(end + 1));
        key = KeyOf(XxHash64.Hash(System.Text.Encoding.UTF8.GetBytes(prefix), Seed), target);
        return true;
    }

    /// <summary>Whether an offer, placement or channel is one it is about.</summary>
    public bool IsAbout(ulong target) => TargetKey == 0 || TargetKey == target;

    private static string Name(CapEvent capEvent) => capEvent switch
    {
        CapEvent.Impression => "impression",
        CapEvent.Click => "click",
        CapEvent.Activation => "activation",
        _ => "redemption",
    };

    private static string Name(CapScope scope) => scope switch
    {
        CapScope.Offer => "offer",
        CapScope.Placement => "placement",
        CapScope.Channel => "channel",
        _ => "everywhere",
    };
}
