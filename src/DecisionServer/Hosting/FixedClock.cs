namespace DecisionServer.Hosting;

/// <summary>A clock whose wall time stands still (<c>Clock:Now</c>); timers and timestamps run on, so that deadlines hold.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
}
