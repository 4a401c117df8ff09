using System.Diagnostics;
using DecisionServer.Hosting;
using DecisionServer.Options;

namespace DecisionServer.Tests.Hosting;

public sealed class CallGateTests
{
    private const int Looks = 32;
    private static readonly long Fewest = 128 * Environment.ProcessorCount;
    private readonly Queue<IThreadPoolWorkItem> _queue = new();
    private readonly CallGate _gate;
    private long _waiting;
    private long _now = Stopwatch.Frequency;

    public CallGateTests()
    {
        Assert.True(OptionsLoader.TryLoad(
            ["--Limits:QueuedCalls=1000000", "--Limits:QueueMilliseconds=5"], AppContext.BaseDirectory, out ServerOptions options, out _));
        _gate = new CallGate(options.Limits, new QueueWatch(options.Limits, () => _waiting, () => _now, _queue.Enqueue));
    }

    [Fact]
    public void Refuses_QueueTooLong_UntilItIsShort()
    {
        _waiting = 1_000_001;
        Assert.Equal(1, Refused(Looks));
        Assert.Equal(10, Refused(10));

        _waiting = 0;
        Assert.Equal(Looks - 10 - 1, Refused(Looks));
        Assert.Equal(Looks, _gate.ShedCalls);
    }

    [Fact]
    public void Refuses_NothingCameSinceTheQueueWasTooLong_LooksAgain()
    {
        _waiting = 1_000_001;
        Assert.Equal(1, Refused(Looks));

        // Few calls come now, and the queue is long gone: none of them is refused for what was seen before.
        _waiting = 0;
        Pass(1_000);
        Assert.Equal(0, Refused(10));
    }

    [Fact]
    public void Refuses_QueueStands_WhatWaitedTooLongUntilItIsOver()
    {
        _waiting = Fewest;

        // A crowd or a pause is borne: at 2,000 looks a second, tens of milliseconds of it.
        int borne = 0;
        while (borne < 1_000 && Turn(waited: 10) == 0)
            borne++;
        Assert.InRange(borne, 100, 200);

        // While the queue stands, only what waited too long is refused.
        Assert.Equal(Looks, Turn(waited: 10));
        Assert.Equal(0, Turn(waited: 4));
        Assert.Equal(Looks, Turn(waited: 10));

        // Between two crowds it may be empty, and stands all the same.
        _waiting = 0;
        Turn(waited: 1);
        _waiting = Fewest;
        Assert.Equal(Looks, Turn(waited: 10));

        // Once it is over, the next crowd is borne again.
        for (int i = 0; i < 400; i++)
            Assert.Equal(0, Turn(waited: 1));
        Assert.Equal(0, Turn(waited: 10));
        Assert.False(_gate.MayRefuse);
    }

    [Fact]
    public void Refuses_FewWaitForLong_NoneIsRefused()
    {
        // The process has no processor: what little there is waits long.
        _waiting = Fewest - 1;
        for (int i = 0; i < 400; i++)
            Assert.Equal(0, Turn(waited: 100));
    }

    [Fact]
    public void Refuses_StoodLongAgo_NothingIsInTheQueue_NoneIsRefusedForIt()
    {
        _waiting = Fewest;
        for (int i = 0; i < 200; i++)
            Turn(waited: 10);
        Assert.True(_gate.MayRefuse);

        while (_queue.TryDequeue(out IThreadPoolWorkItem? item))
            item.Execute();
        Pass(1_000);
        Assert.Equal(0, Refused(10));
    }

    // A look sends an item; after a while calls come out, which came before it and waited longer, and then the item.
    private int Turn(int waited)
    {
        while (_queue.Count == 0)
            Refused(1);
        Pass(waited);
        int refused = Refused(Looks);
        _queue.Dequeue().Execute();
        return refused;
    }

    private void Pass(int milliseconds) => _now += milliseconds * Stopwatch.Frequency / 1000;

    private int Refused(int calls)
    {
        int refused = 0;
        for (int i = 0; i < calls; i++)
        {
            if (_gate.Refuses())
                refused++;
        }

        return refused;
    }
}
