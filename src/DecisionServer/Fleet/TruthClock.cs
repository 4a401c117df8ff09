namespace DecisionServer.Fleet;

/// <summary>
/// Truth's clock, as seen from here: nodes' own clocks may differ, so instants that all nodes keep are told by truth's. Estimated from the round trip with the least
/// delay of late, as by Cristian, "Probabilistic clock synchronization", 1989: off by half of that round trip at most, and by what the clocks drift in between.
/// </summary>
internal sealed class TruthClock(TimeProvider clock)
{
    // The best of so many looks: one that was held up says little.
    private const int Looks = 16;

    private readonly Lock _gate = new();
    private readonly Queue<(long Offset, long Error)> _looks = new();
    private long _offset;
    private long _error = long.MaxValue;

    /// <summary>By how much an instant told here may be off.</summary>
    public TimeSpan Skew
    {
        get
        {
            lock (_gate) return _error == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromTicks(_error);
        }
    }

    /// <summary>Truth's clock now.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate) return new DateTimeOffset(Ticks(clock.GetTimestamp()) + _offset, TimeSpan.Zero);
        }
    }

    /// <summary>Truth said what time it is.</summary>
    /// <param name="asked">Timestamp of the clock here before it was asked.</param>
    /// <param name="answered">Timestamp after it had answered.</param>
    /// <param name="now">What it said.</param>
    public void Observe(long asked, long answered, DateTimeOffset now)
    {
        var (from, to) = (Ticks(asked), Ticks(answered));
        lock (_gate)
        {
            _looks.Enqueue((now.UtcTicks - ((from + to) / 2), (to - from) / 2));
            if (_looks.Count > Looks) _looks.Dequeue();
            (_offset, _error) = _looks.MinBy(look => look.Error);
        }
    }

    /// <summary>The timestamp of the clock here at an instant of truth's.</summary>
    public long TimestampOf(DateTimeOffset at)
    {
        lock (_gate)
        {
            var ticks = at.UtcTicks - _offset;
            return (long)(ticks / (double)TimeSpan.TicksPerSecond * clock.TimestampFrequency);
        }
    }

    private long Ticks(long timestamp) => (long)(timestamp / (double)clock.TimestampFrequency * TimeSpan.TicksPerSecond);
}
