namespace DecisionServer.Fleet;

/// <summary>
/// Until when this node may answer without having heard from truth. A publish is announced for an instant that is further away than a lease is long, so a node
/// whose lease holds cannot have missed one; a node that was suspended finds its lease over when it wakes, and hears from truth before it answers.
/// A server that is alone holds it for ever.
/// </summary>
/// <remarks>
/// Gray and Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency", 1989. Reading costs one comparison and, in a fleet, one
/// look at the clock.
/// </remarks>
internal sealed class ServingLease(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _renewed = NewSignal();
    private long _term = long.MaxValue;
    private long _bound = long.MaxValue;
    private long _until = long.MaxValue;

    /// <summary>Whether an answer made by now may be given. Look when the answer has been made, not before.</summary>
    public bool IsHeld
    {
        get
        {
            var until = Volatile.Read(ref _until);
            return until == long.MaxValue || clock.GetTimestamp() < until;
        }
    }

    /// <summary>It is over until it is renewed: at the start of a node that belongs to a fleet.</summary>
    public void Require()
    {
        lock (_gate) Set(term: 0, _bound);
    }

    /// <summary>Holds until a timestamp of the clock, but not longer than the bound.</summary>
    public void Renew(long until)
    {
        lock (_gate) Set(until, _bound);
    }

    /// <summary>Nothing is answered from this timestamp on, whatever is renewed: something is to change at that instant.</summary>
    public void Bound(long at)
    {
        lock (_gate) Set(_term, at);
    }

    /// <summary>It has changed.</summary>
    public void Unbound()
    {
        lock (_gate) Set(_term, long.MaxValue);
    }

    /// <summary>Waits until it holds. False: the time was up.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async ValueTask<bool> WaitAsync(TimeSpan patience, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        while (true)
        {
            // The signal first: a renewal between the two lines is not missed.
            Task renewed;
            lock (_gate) renewed = _renewed.Task;
            if (IsHeld) return true;
            try
            {
                await renewed.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return IsHeld;
            }
        }
    }

    private void Set(long term, long bound)
    {
        (_term, _bound) = (term, bound);
        Volatile.Write(ref _until, Math.Min(term, bound));
        if (!IsHeld) return;
        var renewed = _renewed;
        _renewed = NewSignal();
        renewed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
