namespace DecisionServer.Store;

/// <summary>One counter of a member: what happened within one window of one cap.</summary>
/// <param name="Key">Its key (<see cref="CapRule.CounterKey"/>).</param>
/// <param name="Period">The calendar period it counts (<see cref="CapCalendar"/>); 0: forever or rolling.</param>
/// <param name="Count">Events in that period; for a rolling window how many instants are kept.</param>
/// <param name="FirstStamp">For a rolling window: place of the oldest kept instant in the buffer. -1: not rolling.</param>
public record struct CounterEntry(ulong Key, int Period, int Count, int FirstStamp)
{
    /// <summary>Whether instants are kept rather than a number.</summary>
    public readonly bool IsRolling => FirstStamp >= 0;
}
