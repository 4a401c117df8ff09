namespace DecisionServer.Store;

/// <summary>Those who wait for an epoch. Costs the writer one read while nobody waits for what it reached.</summary>
internal sealed class EpochWaiters
{
    private readonly Lock _lock = new();
    private readonly HashSet<Waiter> _waiters = [];
    private ulong _lowest = ulong.MaxValue;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _waiters.Count;
        }
    }

    /// <summary>For the writer, after it has published <paramref name="epoch"/>.</summary>
    public void Reached(ulong epoch)
    {
        // Pairs with the barrier in WaitAsync: either the waiter is seen here, or it sees the epoch.
        Interlocked.MemoryBarrier();
        if (epoch < Volatile.Read(ref _lowest)) return;
        lock (_lock)
        {
            foreach (var waiter in _waiters)
            {
                if (waiter.Epoch <= epoch) waiter.TrySetResult();
            }

            _waiters.RemoveWhere(waiter => waiter.Epoch <= epoch);
            UpdateLowest();
        }
    }

    /// <summary>Waits until <paramref name="current"/> says <paramref name="epoch"/> or more.</summary>
    public async ValueTask WaitAsync(ulong epoch, Func<ulong> current, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(epoch);
        lock (_lock)
        {
            _waiters.Add(waiter);
            if (epoch < _lowest) Volatile.Write(ref _lowest, epoch);
        }

        try
        {
            Interlocked.MemoryBarrier();
            if (current() >= epoch) return;
            await using var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter).ConfigureAwait(false);
            await waiter.Task.ConfigureAwait(false);
        }
        finally
        {
            // Those who gave up must not pile up until an epoch comes that may never come.
            lock (_lock)
            {
                if (_waiters.Remove(waiter) && epoch == _lowest) UpdateLowest();
            }
        }
    }

    private void UpdateLowest()
    {
        var lowest = ulong.MaxValue;
        foreach (var waiter in _waiters) lowest = Math.Min(lowest, waiter.Epoch);
        Volatile.Write(ref _lowest, lowest);
    }

    private sealed class Waiter(ulong epoch) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public ulong Epoch { get; } = epoch;
    }
}
