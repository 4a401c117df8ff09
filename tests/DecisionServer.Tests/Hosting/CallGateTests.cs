using DecisionServer.Hosting;
using DecisionServer.Options;

namespace DecisionServer.Tests.Hosting;

public sealed class CallGateTests
{
    private const int Looks = 32;
    private readonly CallGate _gate;
    private long _waiting;
    private long _now;

    public CallGateTests()
    {
        Assert.True(OptionsLoader.TryLoad(["--Limits:QueuedCalls=100"], AppContext.BaseDirectory, out ServerOptions options, out _));
        _gate = new CallGate(options.Limits, () => _waiting, () => _now);
    }

    [Fact]
    public void TryEnter_QueueTooLong_RefusesUntilItIsShort()
    {
        _waiting = 101;
        Assert.Equal(1, Refused(Looks));
        Assert.Equal(10, Refused(10));

        _waiting = 0;
        Assert.Equal(Looks - 10 - 1, Refused(Looks));
        Assert.Equal(0, _gate.Calls);
        Assert.Equal(Looks, _gate.ShedCalls);
    }

    [Fact]
    public void TryEnter_NothingCameSinceTheQueueWasTooLong_LooksAgain()
    {
        _waiting = 101;
        Assert.Equal(1, Refused(Looks));

        // Few calls come now, and the queue is long gone: none of them is refused for what was seen before.
        _waiting = 0;
        _now += 1_000;
        Assert.Equal(0, Refused(10));
    }

    private int Refused(int calls)
    {
        int refused = 0;
        for (int i = 0; i < calls; i++)
        {
            if (_gate.TryEnter(streaming: false))
                _gate.Leave(streaming: false);
            else
                refused++;
        }

        return refused;
    }
}
