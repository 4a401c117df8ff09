namespace DecisionServer.Services.Decisions;

/// <summary>Deadlines of calls. They are instants of the system's clock, whatever clock decisions are made by.</summary>
internal static class Deadlines
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The time that a call has left, between 0 and a day. Null: it has no deadline.</summary>
    public static TimeSpan? Left(DateTime deadline)
    {
        if (deadline == DateTime.MaxValue) return null;
        var left = deadline - TimeProvider.System.GetUtcNow().UtcDateTime;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
    }

    /// <summary>A deadline as a timestamp of a clock. <see cref="long.MaxValue"/>: none.</summary>
    public static long Timestamp(DateTime deadline, TimeProvider clock) =>
        Left(deadline) is { } left ? clock.GetTimestamp() + (long)(left.TotalSeconds * clock.TimestampFrequency) : long.MaxValue;
}
