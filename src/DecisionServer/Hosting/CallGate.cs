using DecisionServer.Options;

namespace DecisionServer.Hosting;

/// <summary>
/// Counts the calls in flight and says whether one more is taken. Unary calls and streams are counted apart.
/// </summary>
/// <remarks>
/// A decision never waits, so calls in flight alone would say nothing about overload: they pile up before their first instruction, in the
/// queue of the thread pool. That is what <see cref="QueueWatch"/> looks at.
/// </remarks>
public sealed class CallGate
{
    private readonly LimitOptions _limits;
    private readonly QueueWatch _queue;
    private int _calls;
    private int _streams;
    private long _shedCalls;
    private long _shedStreams;

    /// <summary>A gate of the process's thread pool.</summary>
    /// <param name="limits">How many calls it takes.</param>
    public CallGate(LimitOptions limits)
        : this(limits, new QueueWatch(limits))
    {
    }

    internal CallGate(LimitOptions limits, QueueWatch queue) => (_limits, _queue) = (limits, queue);

    /// <summary>Unary calls in flight.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Streaming calls in flight.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Unary calls refused since the start.</summary>
    public long ShedCalls => Volatile.Read(ref _shedCalls);

    /// <summary>Streaming calls refused since the start.</summary>
    public long ShedStreams => Volatile.Read(ref _shedStreams);

    /// <summary>What was last seen of the queue speaks for refusing; it costs nothing to ask.</summary>
    public bool MayRefuse => _queue.MayRefuse;

    /// <summary>Whether a unary call that just came out of the queue is refused for its wait, or for the queue behind it.</summary>
    public bool Refuses()
    {
        if (!_queue.Refuses())
            return false;
        Interlocked.Increment(ref _shedCalls);
        return true;
    }

    /// <summary>Takes one more call, or not. Each call taken must <see cref="Leave"/>.</summary>
    public bool TryEnter(bool streaming) =>
        streaming ? TryEnter(ref _streams, _limits.ConcurrentStreams, ref _shedStreams) : TryEnter(ref _calls, _limits.ConcurrentCalls, ref _shedCalls);

    /// <summary>A call that was taken has ended.</summary>
    public void Leave(bool streaming) => Interlocked.Decrement(ref streaming ? ref _streams : ref _calls);

    private static bool TryEnter(ref int inFlight, int limit, ref long shed)
    {
        if (Interlocked.Increment(ref inFlight) <= limit)
            return true;
        Interlocked.Decrement(ref inFlight);
        Interlocked.Increment(ref shed);
        return false;
    }
}
