namespace DecisionServer.Loader;

/// <summary>How long to try again: with growing pauses, until failures have lasted for so long without a success between them. Thread-safe.</summary>
internal sealed class Retry(TimeProvider clock, TimeSpan patience)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long? _failingSince;
    private TimeSpan _pause = FirstPause;

    /// <summary>Something has worked.</summary>
    public void Succeeded()
    {
        lock (_lock) (_failingSince, _pause) = (null, FirstPause);
    }

    /// <summary>Waits before the next attempt. False: patience is at an end.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause;
        lock (_lock)
        {
            _failingSince ??= clock.GetTimestamp();
            pause = _pause;
            if (clock.GetElapsedTime(_failingSince.Value) + pause > patience) return false;
            _pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
