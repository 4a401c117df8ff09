namespace DecisionServer.Engine.Tests;

/// <summary>A clock that goes only when told to.</summary>
internal sealed class TestClock : TimeProvider
{
    private long _timestamp;

    public DateTimeOffset Now { get; set; } = World.Monday;

    /// <summary>Added to the timestamp by each look at it.</summary>
    public TimeSpan Step { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => _timestamp += Step.Ticks;
}
