using System.Threading.Tasks.Sources;
using DecisionServer.Load.Calls;

namespace DecisionServer.Load.Wire;

/// <summary>A call that is awaited. Kept and used again when its reply was taken.</summary>
internal sealed class PendingCall(PendingCalls home, bool continueInline) : IValueTaskSource<WireReply>
{
    private ManualResetValueTaskSourceCore<WireReply> _core = new() { RunContinuationsAsynchronously = !continueInline };

    public ICallSource Source { get; set; } = null!;

    /// <summary>How much of the answer's message to keep, bytes.</summary>
    public int Keep { get; set; }

    /// <summary>When it was due, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Due { get; set; }

    public ValueTask<WireReply> Task => new(this, _core.Version);

    public void Complete(WireReply reply) => _core.SetResult(reply);

    public WireReply GetResult(short token)
    {
        WireReply reply = _core.GetResult(token);
        _core.Reset();
        home.Add(this);
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

/// <summary>The calls of a client that nobody awaits just now.</summary>
internal sealed class PendingCalls(bool continueInline)
{
    private readonly Stack<PendingCall> _free = new();

    public PendingCall Take(ICallSource source, int keep, long due)
    {
        PendingCall? call;
        lock (_free)
            _free.TryPop(out call);
        call ??= new PendingCall(this, continueInline);
        (call.Source, call.Keep, call.Due) = (source, keep, due);
        return call;
    }

    public void Add(PendingCall call)
    {
        lock (_free)
            _free.Push(call);
    }
}
