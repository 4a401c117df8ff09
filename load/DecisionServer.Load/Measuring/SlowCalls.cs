using System.Diagnostics;

namespace DecisionServer.Load.Measuring;

/// <summary>A call that took long.</summary>
/// <param name="Due">When it was due, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="Received">When its answer came.</param>
public readonly record struct SlowCall(long Due, long Received)
{
    /// <summary>From one to the other.</summary>
    public TimeSpan Latency => Stopwatch.GetElapsedTime(Due, Received);
}

/// <summary>The slowest call of those due in each tenth of a second: where to look for causes. Written by one thread.</summary>
public sealed class SlowCalls
{
    private static readonly long Slot = Stopwatch.Frequency / 10;
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly List<SlowCall> _slots = [];

    /// <summary>A call has ended.</summary>
    /// <param name="due">When it was due.</param>
    /// <param name="received">When its answer came.</param>
    public void Record(long due, long received)
    {
        int slot = (int)Math.Clamp((due - _origin) / Slot, 0, 1_000_000);
        while (_slots.Count <= slot)
            _slots.Add(default);
        if (received - due > _slots[slot].Received - _slots[slot].Due)
            _slots[slot] = new SlowCall(due, received);
    }

    /// <summary>The slowest of each tenth of a second that had calls, from then on.</summary>
    /// <param name="from">In ticks of <see cref="Stopwatch"/>.</param>
    public IEnumerable<SlowCall> Since(long from) => _slots.Where(slot => slot.Due >= from && slot.Received > 0);
}
