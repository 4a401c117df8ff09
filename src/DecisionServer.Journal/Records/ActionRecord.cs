namespace DecisionServer.Journal;

/// <summary>What a member did. The numbers are stored.</summary>
public enum ActionKind : byte
{
    /// <summary>Opted in to an offer.</summary>
    Activation = 1,

    /// <summary>Opted out again.</summary>
    Deactivation = 2,

    /// <summary>Used an offer.</summary>
    Redemption = 3,

    /// <summary>Was shown an offer.</summary>
    Impression = 4,

    /// <summary>Clicked on one.</summary>
    Click = 5,

    /// <summary>Something else; <see cref="ActionRecord.Detail"/> says what.</summary>
    Custom = 6,

    /// <summary>Changed the profile.</summary>
    Profile = 7,
}

/// <summary>An entry of the action log. Texts that do not apply are empty.</summary>
public readonly record struct ActionRecord
{
    /// <summary>Creates an entry without any texts.</summary>
    public ActionRecord()
    {
    }

    /// <summary>Number, given by the journal, 1 or more.</summary>
    public long Sequence { get; init; }

    /// <summary>What happened.</summary>
    public required ActionKind Kind { get; init; }

    /// <summary>When, to 100 ns.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The member.</summary>
    public string MemberId { get; init; } = "";

    /// <summary>The offer.</summary>
    public string OfferId { get; init; } = "";

    /// <summary>The placement it was shown in.</summary>
    public string Placement { get; init; } = "";

    /// <summary>The channel it happened on.</summary>
    public string Channel { get; init; } = "";

    /// <summary>The chain it happened in.</summary>
    public string ChainId { get; init; } = "";

    /// <summary>The store it happened in.</summary>
    public string StoreId { get; init; } = "";

    /// <summary>Anything else, as JSON.</summary>
    public string Detail { get; init; } = "";
}
