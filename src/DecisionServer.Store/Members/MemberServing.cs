namespace DecisionServer.Store;

/// <summary>All that serving knows of members: their state and counters, the totals of caps, and the calendar that caps go by.</summary>
public sealed class MemberServing(MemberStoreOptions options, CapCalendar calendar) : IDisposable
{
    /// <summary>State and counters.</summary>
    public MemberStore Store { get; } = new(options);

    /// <summary>Counters of caps in total.</summary>
    public Totals Totals { get; } = new();

    /// <summary>The calendar of caps by day, week or month.</summary>
    public CapCalendar Calendar { get; } = calendar;

    /// <summary>Impressions counted by decisions that the journal does not know yet.</summary>
    public ImpressionLog Impressions { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Store.Dispose();
}
