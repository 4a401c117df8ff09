using DecisionServer.Options;

namespace DecisionServer.Hosting;

/// <summary>
/// Counts the calls in flight and says whether one more is taken. Unary calls and streams are counted apart.
/// </summary>
/// <remarks>
/// A decision never waits, so calls in flight alone would say nothing about overload: they pile up before their first instruction, in the
/// queue of the thread pool. That is why its length counts, too. Reading it touches every thread's queue, so only each 32nd call does.
/// </remarks>
public sealed class CallGate(LimitOptions limits)
{
    private const int SampleMask = 31;
    private int _calls;
    private int _streams;
    private uint _entered;
    private volatile bool _queueTooLong;
    private long _shedCalls;
    private long _shedStreams;

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
        streaming ? TryEnter(ref _streams, limits.ConcurrentStreams, ref _shedStreams) : TryEnterCall();

    /// <summary>A call that was taken has ended.</summary>
    public void Leave(bool streaming) => Interlocked.Decrement(ref streaming ? ref _streams : ref _calls);

    private bool TryEnterCall()
    {
        if ((Interlocked.Increment(ref _entered) & SampleMask) == 0)
            _queueTooLong = ThreadPool.PendingWorkItemCount > limits.QueuedCalls;
        if (!_queueTooLong)
            return TryEnter(ref _calls, limits.ConcurrentCalls, ref _shedCalls);
        Interlocked.Increment(ref _shedCalls);
        return false;
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
