using System.Diagnostics;
using DecisionServer.Load.Blast;
using NBomber;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

namespace DecisionServer.Load.Tests.Running;

[Collection(OneAtATime.Name)]
public sealed class OpenLoopTests
{
    [Fact]
    public void TryTake_AfterAStall_GivesEveryCallItsOwnTime()
    {
        // 100 calls a second, 1,000 ticks a second.
        var schedule = new ArrivalSchedule(start: 5_000, ratePerSecond: 100, ticksPerSecond: 1_000);
        Assert.True(schedule.TryTake(5_000, out long first));
        Assert.False(schedule.TryTake(5_009, out _));

        // Nobody looked for 50 ticks: five calls are due at once, each with the time it should have been sent at.
        var due = new List<long>();
        while (schedule.TryTake(5_050, out long each))
            due.Add(each);

        Assert.Equal(5_000, first);
        Assert.Equal([5_010, 5_020, 5_030, 5_040, 5_050], due);
        Assert.Equal(5_060, schedule.NextDue);
    }

    [Fact]
    public void Inject_OneInvocationBlocksTheDriver_TheOthersShowTheWait()
    {
        int invocations = 0;
        ScenarioProps scenario = Scenario.Create("stalled", context =>
            {
                // Not awaited: the thread that starts invocations stands still, as a driver does that is out of CPU.
                if (Interlocked.Increment(ref invocations) == 1)
                    Thread.Sleep(TimeSpan.FromMilliseconds(400));
                return Task.FromResult<IResponse>(Response.Ok());
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500)));

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().ScenarioStats[0];

        // 50 calls; some 40 of them were due while it stood still, evenly over the 400 ms.
        Assert.Equal(50, stats.AllOkCount);
        Assert.True(stats.Ok.Latency.MaxMs >= 400, $"max {stats.Ok.Latency.MaxMs} ms");
        Assert.True(stats.Ok.Latency.Percent50 >= 100, $"p50 {stats.Ok.Latency.Percent50} ms");
    }

    [Fact]
    public void Run_FirstStep_CountsFromTheIntendedTime()
    {
        int invocations = 0;
        ScenarioProps scenario = Scenario.Create("steps", async context =>
            {
                if (Interlocked.Increment(ref invocations) == 1)
                    Thread.Sleep(TimeSpan.FromMilliseconds(300));
                await Step.Run("first", context, () => Task.FromResult(Response.Ok()));
                return await Step.Run("second", context, () => Task.FromResult(Response.Ok()));
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(300)));

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().ScenarioStats[0];

        Assert.True(stats.StepStats.Get("first").Ok.Latency.Percent50 >= 100);
        Assert.True(stats.StepStats.Get("second").Ok.Latency.Percent50 < stats.StepStats.Get("first").Ok.Latency.Percent50);
    }

    [Fact]
    public void RampingInject_FromNothing_StartsHalfAsMany()
    {
        ScenarioProps scenario = Scenario.Create("ramp", _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithoutWarmUp()
            .WithLoadSimulations(
                Simulation.RampingInject(200, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
                Simulation.Inject(200, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500)));

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().ScenarioStats[0];

        Assert.Equal(100 + 100, stats.AllOkCount);
    }

    [Fact]
    public void KeepConstant_Copies_NeverMoreAtOnce()
    {
        const int Enough = 50;
        int now = 0, most = 0, invocations = 0;
        ScenarioProps scenario = Scenario.Create("closed", async context =>
            {
                if (Interlocked.Increment(ref invocations) == Enough)
                    context.StopCurrentTest("enough");
                int running = Interlocked.Increment(ref now);
                for (int seen = most; running > seen; seen = most)
                    Interlocked.CompareExchange(ref most, running, seen);
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.KeepConstant(5, TimeSpan.FromSeconds(60)));

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().ScenarioStats[0];

        Assert.InRange(most, 1, 5);
        Assert.True(stats.AllOkCount >= Enough);
        Assert.Equal(0, now);
    }

    [Fact]
    public void Inject_PumpWithoutRoom_DueInvocationsWaitWithTheirTimeAndAreNotStarted()
    {
        var pump = new OneAtATimePump(TimeSpan.FromMilliseconds(20));
        ScenarioProps scenario = Scenario.Create("narrow", _ => pump.Start())
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200)))
            .WithPump(pump);

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().ScenarioStats[0];

        // 20 invocations, due every 10 ms, each takes 20: the last one ends 400 ms after the first was due, 210 after its own time.
        Assert.Equal((20, 0), (stats.AllOkCount, stats.AllFailCount));
        Assert.Equal(1, pump.MostAtOnce);
        Assert.True(stats.Ok.Latency.MaxMs >= 200, $"max {stats.Ok.Latency.MaxMs} ms");
        Assert.Equal(1, pump.Threads);
    }

    [Fact]
    public void Inject_LoadBeforeIsLate_TheNextKeepsItsTime()
    {
        var pump = new OneAtATimePump(TimeSpan.FromMilliseconds(20));
        ScenarioProps scenario = Scenario.Create("late", context => pump.Start())
            .WithoutWarmUp()
            .WithLoadSimulations(
                Simulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200)),
                Simulation.Inject(5, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200)))
            .WithPump(pump);

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run().ScenarioStats[0];

        // 20 of 20 ms each, then one that is due after 200 ms: it waits for the others until 400 ms, and this shows.
        Assert.Equal(21, stats.AllOkCount);
        Assert.True(stats.Ok.Latency.MinMs >= 20 && stats.Ok.Latency.MaxMs >= 215, $"max {stats.Ok.Latency.MaxMs} ms");
    }

    [Fact]
    public void Inject_PumpNeverHasRoom_WhatIsOwedHasFailed()
    {
        ScenarioProps scenario = Scenario.Create("shut", _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(10, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(300)))
            .WithPump(new ShutPump());

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports()
            .WithScenarioCompletionTimeout(TimeSpan.FromMilliseconds(100)).Run().ScenarioStats[0];

        Assert.Equal((0, 3), (stats.AllOkCount, stats.AllFailCount));
    }

    [Fact]
    public void WithPump_ClosedLoop_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Scenario.Create("closed", _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromSeconds(1)))
            .WithPump(new ShutPump()));

    [Fact]
    public void Run_InvocationThatNeverEnds_HasFailed()
    {
        var never = new TaskCompletionSource<IResponse>();
        ScenarioProps scenario = Scenario.Create("endless", _ => never.Task)
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(10, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200)));

        ScenarioStats stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports()
            .WithScenarioCompletionTimeout(TimeSpan.FromMilliseconds(100)).Run().ScenarioStats[0];

        Assert.Equal((0, 2), (stats.AllOkCount, stats.AllFailCount));
        Assert.Equal("unfinished", stats.Fail.StatusCodes.Single().StatusCode);
    }

    /// <summary>Ends one invocation after a while, and has no room for another until then.</summary>
    private sealed class OneAtATimePump(TimeSpan each) : IScenarioPump
    {
        private readonly HashSet<int> _threads = [];
        private TaskCompletionSource<IResponse>? _running;
        private long _end;
        private int _now;

        public bool HasRoom(long due) => _running is null;

        public void Starting(long due)
        {
        }

        public int MostAtOnce { get; private set; }

        public int Threads => _threads.Count;

        public Task<IResponse> Start()
        {
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
            _end = Stopwatch.GetTimestamp() + (long)(each.TotalSeconds * Stopwatch.Frequency);
            _running = new TaskCompletionSource<IResponse>();
            return _running.Task;
        }

        public void Run(long until)
        {
            _threads.Add(Environment.CurrentManagedThreadId);
            SpinWait.SpinUntil(() => Stopwatch.GetTimestamp() >= (_running is null ? until : Math.Min(until, _end)));
            if (_running is null || Stopwatch.GetTimestamp() < _end)
                return;
            TaskCompletionSource<IResponse> ended = _running;
            (_running, _now) = (null, _now - 1);
            ended.SetResult(Response.Ok());
        }
    }

    private sealed class ShutPump : IScenarioPump
    {
        public bool HasRoom(long due) => false;

        public void Starting(long due)
        {
        }

        public void Run(long until) => Thread.Sleep(1);
    }
}
