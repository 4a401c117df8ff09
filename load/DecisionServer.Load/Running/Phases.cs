using System.Diagnostics;

namespace DecisionServer.Load.Running;

/// <summary>What the run is doing just now. A scenario names its step by it, so every phase has figures of its own.</summary>
internal sealed class Phases(string first)
{
    private volatile string _current = first;
    private (TimeSpan Length, string Name)[]? _plan;
    private long _start;

    /// <summary>The same for those who only look on: their look does not start the time.</summary>
    public string Now => _plan is not null && Volatile.Read(ref _start) == 0 ? _plan[0].Name : Current;

    /// <summary>Time since the phases began; null: they have not, or are not by time.</summary>
    public TimeSpan? Elapsed => Volatile.Read(ref _start) is not 0 and long start ? Stopwatch.GetElapsedTime(start) : null;

    public string Current
    {
        get
        {
            if (_plan is null)
                return _current;
            Interlocked.CompareExchange(ref _start, Stopwatch.GetTimestamp(), 0);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            foreach ((TimeSpan length, string name) in _plan)
            {
                if (elapsed < length)
                    return name;
                elapsed -= length;
            }

            return _plan[^1].Name;
        }

        set => _current = value;
    }

    /// <summary>Phases by time, from the first look on.</summary>
    public static Phases ByTime(params (TimeSpan Length, string Name)[] plan) => new(plan[0].Name) { _plan = plan };

    /// <summary>The time starts at the next look.</summary>
    public void Restart() => Interlocked.Exchange(ref _start, 0);
}
