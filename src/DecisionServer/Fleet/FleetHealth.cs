namespace DecisionServer.Fleet;

/// <summary>How well this node hears from truth. Read from any thread.</summary>
internal sealed class FleetHealth(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long _heard;
    private string _silence = "";
    private bool _newsFlow = true;
    private volatile bool _lags;
    private long _resyncs;
    private long _replays;

    /// <summary>Why truth is not heard, in words; empty while it is.</summary>
    public string Silence
    {
        get
        {
            lock (_gate) return _silence;
        }
    }

    /// <summary>How old what serves may be: the time since this node was last sure to follow truth to its end.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_gate) return _heard == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_heard);
        }
    }

    /// <summary>
    /// What answers say of their age, in milliseconds: 0 while truth answers and news flow, or where there never are any; then changes are here as they come, and it costs a look at a field.
    /// </summary>
    public uint LagMilliseconds => _lags ? (uint)Math.Clamp(Age.TotalMilliseconds, 1, uint.MaxValue) : 0;

    /// <summary>Times that changes were read from truth because news did not bring them.</summary>
    public long Resyncs => Volatile.Read(ref _resyncs);

    /// <summary>Times that everything was handed over again.</summary>
    public long Replays => Volatile.Read(ref _replays);

    /// <summary>This node follows truth as it was at a timestamp.</summary>
    /// <returns>Whether it had been silent.</returns>
    public bool Heard(long at)
    {
        lock (_gate)
        {
            var wasSilent = _silence.Length > 0;
            (_heard, _silence) = (at, "");
            _lags = !_newsFlow;
            return wasSilent;
        }
    }

    /// <summary>Truth does not answer.</summary>
    /// <returns>Whether it had answered before.</returns>
    public bool Silent(string reason)
    {
        lock (_gate)
        {
            var wasHeard = _silence.Length == 0;
            _silence = reason.Length == 0 ? "truth does not answer" : reason;
            _lags = true;
            return wasHeard;
        }
    }

    /// <summary>News can be read, or cannot: then changes of others are as late as the next heartbeat.</summary>
    public void News(bool flow)
    {
        lock (_gate)
        {
            _newsFlow = flow;
            _lags = !flow || _silence.Length > 0;
        }
    }

    /// <summary>Changes were read from truth.</summary>
    public void Resynced(bool replayed)
    {
        Interlocked.Increment(ref _resyncs);
        if (replayed) Interlocked.Increment(ref _replays);
    }
}
