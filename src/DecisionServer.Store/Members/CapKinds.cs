namespace DecisionServer.Store;

/// <summary>What a cap counts. The values are those of decisionserver.v1.CapEvent.</summary>
public enum CapEvent : byte
{
    /// <summary>An offer was seen.</summary>
    Impression = 1,

    /// <summary>An offer was clicked.</summary>
    Click = 2,

    /// <summary>An offer was activated.</summary>
    Activation = 3,

    /// <summary>An offer was redeemed.</summary>
    Redemption = 4,

    /// <summary>A custom event; the rule names its kind.</summary>
    Custom = 5,
}

/// <summary>What a cap counts together. The values are those of decisionserver.v1.CapScope.</summary>
public enum CapScope : byte
{
    /// <summary>Events of one offer.</summary>
    Offer = 1,

    /// <summary>Events in one placement.</summary>
    Placement = 2,

    /// <summary>Events on one channel.</summary>
    Channel = 3,

    /// <summary>All events.</summary>
    Everywhere = 4,
}

/// <summary>Whose events a cap counts together. The values are those of decisionserver.v1.CapPer.</summary>
public enum CapPer : byte
{
    /// <summary>Each member's by themselves.</summary>
    Member = 1,

    /// <summary>Those of all members.</summary>
    Total = 2,
}

/// <summary>Within which time a cap counts. The values are those of decisionserver.v1.CapWindow.</summary>
public enum CapWindowKind : byte
{
    /// <summary>Always.</summary>
    Forever = 1,

    /// <summary>The last so many seconds.</summary>
    Rolling = 2,

    /// <summary>The calendar day.</summary>
    Day = 3,

    /// <summary>The calendar week, from Monday.</summary>
    Week = 4,

    /// <summary>The calendar month.</summary>
    Month = 5,
}

/// <summary>The window of a cap.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Length">For a rolling window: its length, whole seconds. Else zero.</param>
public readonly record struct CapWindow(CapWindowKind Kind, TimeSpan Length)
{
    /// <summary>Always.</summary>
    public static CapWindow Forever => new(CapWindowKind.Forever, TimeSpan.Zero);

    /// <summary>The calendar day.</summary>
    public static CapWindow Day => new(CapWindowKind.Day, TimeSpan.Zero);

    /// <summary>The calendar week.</summary>
    public static CapWindow Week => new(CapWindowKind.Week, TimeSpan.Zero);

    /// <summary>The calendar month.</summary>
    public static CapWindow Month => new(CapWindowKind.Month, TimeSpan.Zero);

    /// <summary>Whether it is a day, week or month of the calendar.</summary>
    public bool IsCalendar => Kind >= CapWindowKind.Day;

    /// <summary>The last so many seconds.</summary>
    public static CapWindow Rolling(TimeSpan length) => new(CapWindowKind.Rolling, length);

    /// <summary>As in the names of counters: "forever", "day", "3600s".</summary>
    public override string ToString() => Kind switch
    {
        CapWindowKind.Forever => "forever",
        CapWindowKind.Day => "day",
        CapWindowKind.Week => "week",
        CapWindowKind.Month => "month",
        _ => FormattableString.Invariant($"{(long)Length.TotalSeconds}s"),
    };
}
