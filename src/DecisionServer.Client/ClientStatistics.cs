namespace DecisionServer.Client;

/// <summary>Counts of what a client has done since it was made.</summary>
public sealed class ClientStatistics
{
    private long _calls;
    private long _retries;
    private long _hedges;
    private long _redirects;
    private long _outOfBudget;

    /// <summary>Unary calls that were asked for.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Attempts after the first one of a call.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Reads that were sent to a second endpoint, too.</summary>
    public long Hedges => Volatile.Read(ref _hedges);

    /// <summary>Calls that a node sent on to another one.</summary>
    public long Redirects => Volatile.Read(ref _redirects);

    /// <summary>Failures that would have been tried again, had the budget allowed it.</summary>
    public long OutOfBudget => Volatile.Read(ref _outOfBudget);

    internal void Called() => Interlocked.Increment(ref _calls);

    internal void Retried() => Interlocked.Increment(ref _retries);

    internal void Hedged() => Interlocked.Increment(ref _hedges);

    internal void Redirected() => Interlocked.Increment(ref _redirects);

    internal void RanOutOfBudget() => Interlocked.Increment(ref _outOfBudget);
}
