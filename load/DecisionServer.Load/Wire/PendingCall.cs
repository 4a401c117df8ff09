using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using DecisionServer.Load.Calls;

namespace DecisionServer.Load.Wire;

/// <summary>A call that is awaited. Kept and used again when its reply was taken.</summary>
internal sealed class PendingCall : IValueTaskSource<WireReply>
{
    private static readonly ConcurrentBag<PendingCall> Free = [];

    private ManualResetValueTaskSourceCore<WireReply> _core;

    private PendingCall()
    {
    }

    public ICallSource Source { get; private set; } = null!;

    public bool Keep { get; private set; }

    public ValueTask<WireReply> Task => new(this, _core.Version);

    public static PendingCall For(ICallSource source, bool keep, bool continueInline)
    {
        if (!Free.TryTake(out PendingCall? call))
            call = new PendingCall();
        (call.Source, call.Keep) = (source, keep);
        call._core.RunContinuationsAsynchronously = !continueInline;
        return call;
    }

    public void Complete(WireReply reply) => _core.SetResult(reply);

    public WireReply GetResult(short token)
    {
        WireReply reply = _core.GetResult(token);
        _core.Reset();
        Free.Add(this);
        return reply;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
