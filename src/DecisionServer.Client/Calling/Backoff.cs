namespace DecisionServer.Client.Calling;

/// <summary>How long to wait before an attempt that the server gave no hint for.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>The wait after so many attempts: doubled with each, and anything between its half and its whole, so that callers do not come back together.</summary>
    public static TimeSpan After(int attempts) =>
        TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(attempts - 1, 16))) * (0.5 + (Random.Shared.NextDouble() / 2));
}
