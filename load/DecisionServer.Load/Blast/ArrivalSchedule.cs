using System.Diagnostics;

namespace DecisionServer.Load.Blast;

/// <summary>When calls should be sent, whatever becomes of them: the open loop. Times are ticks of <see cref="Stopwatch"/>.</summary>
/// <remarks>
/// A driver that falls behind, because it or the server is slow, still gets every call with the time it was due at. So the waiting is in the
/// latency, and a stall hits all calls that would have come during it, not the one that met it ("coordinated omission").
/// </remarks>
/// <param name="start">When the first is due.</param>
/// <param name="ratePerSecond">Calls a second.</param>
/// <param name="ticksPerSecond">Ticks of a second.</param>
public sealed class ArrivalSchedule(long start, double ratePerSecond, double ticksPerSecond)
{
    private long _taken;

    /// <summary>When the next call is due.</summary>
    public long NextDue => start + (long)(_taken * ticksPerSecond / ratePerSecond);

    /// <summary>Takes the next call if it is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="due">When it was due: its latency counts from here.</param>
    public bool TryTake(long now, out long due)
    {
        due = NextDue;
        if (due > now)
            return false;
        _taken++;
        return true;
    }
}
