using System.Collections.ObjectModel;

namespace DecisionServer.Journal;

/// <summary>An offer and when a member activated or redeemed it.</summary>
/// <param name="OfferId">The offer.</param>
/// <param name="At">When, to 100 ns, in UTC.</param>
public sealed record OfferInstant(string OfferId, DateTimeOffset At);

/// <summary>A count of a member under a cap.</summary>
/// <param name="Key">What is counted; the caller's key.</param>
/// <param name="PeriodStart">Start of the calendar period counted; null: no calendar period.</param>
/// <param name="Count">Events in the period, or ever.</param>
/// <param name="Newest">For rolling windows: the newest events, oldest first.</param>
public sealed record MemberCounter(string Key, DateTimeOffset? PeriodStart, long Count, IReadOnlyList<DateTimeOffset> Newest);

/// <summary>Everything known of a member's state. Stored as one compact document, because it is always read and written as a whole.</summary>
/// <remarks>A document leaves out what is empty, and the serializer sets what is left out to null: here that is empty again.</remarks>
public sealed record MemberRecord
{
    /// <summary>The member, 1 to 64 bytes.</summary>
    public required string MemberId { get; init; }

    /// <summary>Grows with every change; 1 or more once stored.</summary>
    public ulong Version { get; init; }

    /// <summary>Activated offers, oldest first.</summary>
    public IReadOnlyList<OfferInstant> Activated { get; init => field = value ?? []; } = [];

    /// <summary>Redeemed offers, oldest first.</summary>
    public IReadOnlyList<OfferInstant> Redeemed { get; init => field = value ?? []; } = [];

    /// <summary>Consents given.</summary>
    public IReadOnlyList<string> Consents { get; init => field = value ?? []; } = [];

    /// <summary>Segments the member is in.</summary>
    public IReadOnlyList<string> Segments { get; init => field = value ?? []; } = [];

    /// <summary>Chains the member belongs to.</summary>
    public IReadOnlyList<string> ChainIds { get; init => field = value ?? []; } = [];

    /// <summary>Free attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Counts under caps.</summary>
    public IReadOnlyList<MemberCounter> Counters { get; init => field = value ?? []; } = [];
}
