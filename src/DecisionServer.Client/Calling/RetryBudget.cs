namespace DecisionServer.Client.Calling;

/// <summary>
/// How many attempts beyond the first ones there may be: each call saves up a part of one, and only so many are kept. While a fleet is well there is always
/// enough; when everything fails, calls are repeated in that share at most.
/// </summary>
internal sealed class RetryBudget(double ratio, int burst)
{
    private const int Unit = 1_000_000;
    private readonly long _most = (long)burst * Unit;
    private readonly long _saved = (long)(ratio * Unit);
    private long _left = (long)burst * Unit;

    /// <summary>A call was made.</summary>
    public void Save()
    {
        long left = Volatile.Read(ref _left);
        if (left < _most)
        {
            // Lost where another thread was faster: no more than a part of one attempt.
            Interlocked.CompareExchange(ref _left, Math.Min(_most, left + _saved), left);
        }
    }

    /// <summary>Takes one further attempt; false: there is none left.</summary>
    public bool TryTake()
    {
        while (Volatile.Read(ref _left) is var left && left >= Unit)
        {
            if (Interlocked.CompareExchange(ref _left, left - Unit, left) == left)
            {
                return true;
            }
        }

        return false;
    }
}
