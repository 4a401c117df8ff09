namespace DecisionServer.Loader.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task WaitAsync_NoPatience_GivesUpAtOnce()
        => Assert.False(await new Retry(new QuickClock(), TimeSpan.Zero).WaitAsync(CancellationToken.None));

    [Fact]
    public async Task WaitAsync_FailureAfterFailure_GrowingPausesUntilPatienceEnds()
    {
        var clock = new QuickClock();
        var retry = new Retry(clock, TimeSpan.FromSeconds(30));
        var waits = 0;
        while (await retry.WaitAsync(CancellationToken.None)) waits++;

        Assert.Equal([200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000], clock.Pauses.Select(pause => (int)pause.TotalMilliseconds));
        Assert.Equal(clock.Pauses.Count, waits);
    }

    [Fact]
    public async Task Succeeded_AfterFailures_BeginsAnew()
    {
        var clock = new QuickClock();
        var retry = new Retry(clock, TimeSpan.FromSeconds(1));
        while (await retry.WaitAsync(CancellationToken.None))
        {
        }

        retry.Succeeded();

        Assert.True(await retry.WaitAsync(CancellationToken.None));
        Assert.Equal(TimeSpan.FromMilliseconds(200), clock.Pauses[^1]);
    }

    /// <summary>A clock on which every pause is over at once.</summary>
    private sealed class QuickClock : TimeProvider
    {
        private long _now;

        public List<TimeSpan> Pauses { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            _now += dueTime.Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
