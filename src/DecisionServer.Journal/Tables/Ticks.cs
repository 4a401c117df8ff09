namespace DecisionServer.Journal;

/// <summary>Instants as stored: UTC ticks.</summary>
internal static class Ticks
{
    /// <summary>A value that a flipped bit has put out of range comes back as the first instant; the row's checksum tells.</summary>
    public static DateTimeOffset Read(long ticks) =>
        ticks is >= 0 and <= 3155378975999999999 ? new DateTimeOffset(ticks, TimeSpan.Zero) : DateTimeOffset.MinValue;
}
