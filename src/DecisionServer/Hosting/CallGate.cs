using DecisionServer.Options;

namespace DecisionServer.Hosting;

/// <summary>
/// Counts the calls in flight and says whether one more is taken. Unary calls and streams are counted apart.
/// </summary>
/// <remarks>
/// A decision never waits, so calls in flight alone would say nothing about overload: they pile up before their first instruction, in the
/// queue of the thread pool. That is why its length counts, too. Reading it touches every thread's queue, so only each
/// 32nd call does, and one that would be refused for a length read some milliseconds ago.
/// </remarks>
public sealed class CallGate
{
    private const int SampleMask = 31;
    private const long Stale = 5;
    private readonly LimitOptions _limits;
    private readonly Func<long> _waiting;
    private readonly Func<long> _clock;
    private readonly Lock _looking = new();
    private int _calls;
    private int _streams;
    private uint _entered;
    private volatile bool _queueTooLong;
    private long _lookedAt;
    private long _shedCalls;
    private long _shedStreams;

    /// <summary>A gate of the process's thread pool.</summary>
    /// <param name="limits">How many calls it takes.</param>
    public CallGate(LimitOptions limits)
        : this(limits, () => ThreadPool.PendingWorkItemCount, () => Environment.TickCount64)
    {
    }

    internal CallGate(LimitOptions limits, Func<long> waiting, Func<long> clock) => (_limits, _waiting, _clock) = (limits, waiting, clock);

    /// <summary>Unary calls in flight.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Streaming calls in flight.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Unary calls refused since the start.</summary>
    public long ShedCalls => Volatile.Read(ref _shedCalls);

    /// <summary>Streaming calls refused since the start.</summary>
    public long ShedStreams => Volatile.Read(ref _shedStreams);

    /// <summary>Takes one more call, or not. Each call taken must <see cref="Leave"/>.</summary>
    public bool TryEnter(bool streaming) =>
        streaming ? TryEnter(ref _streams, _limits.ConcurrentStreams, ref _shedStreams) : TryEnterCall();

    /// <summary>A call that was taken has ended.</summary>
    public void Leave(bool streaming) => Interlocked.Decrement(ref streaming ? ref _streams : ref _calls);

    private bool TryEnterCall()
    {
        if ((Interlocked.Increment(ref _entered) & SampleMask) == 0 || (_queueTooLong && _clock() - Volatile.Read(ref _lookedAt) > Stale))
            LookAtQueue();
        if (!_queueTooLong)
            return TryEnter(ref _calls, _limits.ConcurrentCalls, ref _shedCalls);
        Interlocked.Increment(ref _shedCalls);
        return false;
    }

    // One looks; the others go by what was seen before rather than wait.
    private void LookAtQueue()
    {
        if (!_looking.TryEnter())
            return;
        try
        {
            long now = _clock();
            _queueTooLong = _waiting() > _limits.QueuedCalls;
            Volatile.Write(ref _lookedAt, now);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private static bool TryEnter(ref int inFlight, int limit, ref long shed)
    {
        if (Interlocked.Increment(ref inFlight) <= limit)
            return true;
        Interlocked.Decrement(ref inFlight);
        Interlocked.Increment(ref shed);
        return false;
    }
}
