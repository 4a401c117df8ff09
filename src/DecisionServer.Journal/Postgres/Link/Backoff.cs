namespace DecisionServer.Journal;

/// <summary>How long to wait before the next try: twice as long each time, up to a bound, and not all nodes at the same moment.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private int _tries;
    private long _until;

    /// <summary>What is left of the wait.</summary>
    public TimeSpan Left => TimeSpan.FromMilliseconds(Math.Clamp(_until - Environment.TickCount64, 0, (long)most.TotalMilliseconds));

    /// <summary>Whether the next try is due.</summary>
    public bool IsOver => Environment.TickCount64 >= _until;

    /// <summary>A try has failed.</summary>
    public void Wait()
    {
        var wait = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_tries++, 20)), most.TotalMilliseconds);
        _until = Environment.TickCount64 + (long)(wait * (0.75 + (Random.Shared.NextDouble() / 4)));
    }

    /// <summary>A try has gone well.</summary>
    public void Reset() => (_tries, _until) = (0, 0);
}
