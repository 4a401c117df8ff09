namespace DecisionServer.Store;

/// <summary>
/// What serving knows of a member, but for its counters: unpacked into memory that is used again and again. Names are known by
/// their keys only; the names themselves are in the journal.
/// </summary>
public sealed class MemberStateBuffer
{
    /// <summary>Most offers a member can have activated at once, whatever is configured.</summary>
    public const int MaxActivated = 1_000;

    /// <summary>Most offers a member can have redeemed.</summary>
    public const int MaxRedeemed = 4_096;

    /// <summary>Most consents, segments and chains of a profile, each.</summary>
    public const int MaxNames = 64;

    /// <summary>Grows with every change of the member's state, from 1. 0: nothing is known of the member.</summary>
    public ulong Version { get; set; }

    /// <summary>Activated offers (<see cref="OfferKey"/>), oldest first.</summary>
    public KeyList Activated { get; } = new();

    /// <summary>Redeemed offers (<see cref="OfferKey"/>), oldest first.</summary>
    public KeyList Redeemed { get; } = new();

    /// <summary>Consents given (<see cref="NameKey"/>).</summary>
    public KeyList Consents { get; } = new();

    /// <summary>Segments the member is in (<see cref="NameKey"/>), in the order of the profile.</summary>
    public KeyList Segments { get; } = new();

    /// <summary>Chains the member belongs to (<see cref="NameKey"/>).</summary>
    public KeyList Chains { get; } = new();

    /// <summary>Back to a member of whom nothing is known.</summary>
    public void Clear()
    {
        Version = 0;
        Activated.Clear();
        Redeemed.Clear();
        Consents.Clear();
        Segments.Clear();
        Chains.Clear();
    }
}
