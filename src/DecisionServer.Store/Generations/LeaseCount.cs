namespace DecisionServer.Store;

/// <summary>
/// Counts who uses something, so that it can be let go once nobody does. Taking and returning touch a counter of the thread's own
/// stripe only, so threads do not fight over a cache line.
/// </summary>
internal sealed class LeaseCount
{
    private const int Stripes = 16;
    private const int Stride = 16; // two cache lines: processors fetch them in pairs

    private readonly int[] _counts = new int[Stripes * Stride];
    private volatile bool _closed;

    public bool TryAcquire()
    {
        ref int count = ref Stripe();
        Interlocked.Increment(ref count);

        // After the increment: whoever closes either sees it, or is seen here.
        if (!_closed)
        {
            return true;
        }

        Interlocked.Decrement(ref count);
        return false;
    }

    public void Release() => Interlocked.Decrement(ref Stripe());

    public void CloseAndWait()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        SpinWait.SpinUntil(() => Sum() == 0);
    }

    private int Sum()
    {
        int sum = 0;
        for (int i = 0; i < _counts.Length; i += Stride)
        {
            sum += Volatile.Read(ref _counts[i]);
        }

        return sum;
    }

    private ref int Stripe() => ref _counts[Environment.CurrentManagedThreadId % Stripes * Stride];
}
