using System.Diagnostics;
using NBomber.Contracts;
using NBomber.CSharp;

namespace NBomber.Running;

/// <summary>A scenario while it runs: a thread that starts its invocations, and what becomes of them.</summary>
internal sealed class ScenarioRun(ScenarioProps scenario, TestRun test) : IDisposable
{
    // An open loop wakes at most this often; what falls due meanwhile is started together, each with its own time.
    private const double ShortestSleep = 50e-6;
    private const double LongestWait = 0.1;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Stack<Invocation> _free = new();
    private int _copies;
    private int _underWay;
    private long _owed;
    private volatile bool _recording;

    public ScenarioProps Scenario { get; } = scenario;

    public TestRun Test { get; } = test;

    public ScenarioRecorder Recorder { get; } = new(scenario.ScenarioName);

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Measured time so far.</summary>
    public TimeSpan Duration { get; private set; }

    public ScenarioInfo InfoOf(int number) => new()
    {
        ThreadId = $"{Scenario.ScenarioName}_{number}",
        ThreadNumber = number,
        ScenarioName = Scenario.ScenarioName,
        ScenarioDuration = Scenario.Duration,
        ScenarioOperation = _recording ? ScenarioOperation.Bombing : ScenarioOperation.WarmUp,
    };

    /// <summary>The first simulation, unmeasured.</summary>
    public void WarmUp()
    {
        if (Scenario.WarmUp <= TimeSpan.Zero)
            return;
        LoadSimulation first = Scenario.Simulations[0] switch
        {
            LoadSimulation.Constant copies => new LoadSimulation.Constant(copies.Copies, copies.Ramping, Scenario.WarmUp),
            LoadSimulation.Injected injected => injected.Ramping
                ? new LoadSimulation.Injected(injected.MinRate, injected.MaxRate, injected.Interval, true, Scenario.WarmUp)
                : new LoadSimulation.Injected(injected.MinRate, injected.MaxRate, injected.Interval, false, Scenario.WarmUp),
            _ => new LoadSimulation.Paused(Scenario.WarmUp),
        };
        Simulate(first, 0, 0, Stopwatch.GetTimestamp());
        AwaitInvocations();
        _owed = 0;
    }

    /// <summary>All simulations, measured.</summary>
    public void Bomb()
    {
        long start = Stopwatch.GetTimestamp();
        Recorder.Start(start);
        _recording = true;
        long due = start;
        double rate = 0;
        int copies = 0;
        foreach (LoadSimulation simulation in Scenario.Simulations)
        {
            if (_stopping.IsCancellationRequested)
                break;
            Simulate(simulation, rate, copies, due);

            // Each is due when the one before should have ended, even where its calls are late.
            due += (long)(simulation.During.TotalSeconds * Stopwatch.Frequency);
            rate = simulation is LoadSimulation.Injected injected ? injected.PerSecond(injected.MaxRate) : 0;
            copies = simulation is LoadSimulation.Constant constant ? constant.Copies : 0;
        }

        Duration = Stopwatch.GetElapsedTime(start);
        AwaitInvocations();
        _recording = false;
        long lost = Volatile.Read(ref _underWay) + _owed;
        for (long i = 0; i < lost; i++)
            Recorder.Record(start, Stopwatch.GetTimestamp(), Response.Fail("unfinished", "no end within the completion timeout"));
    }

    public void Stop() => _stopping.Cancel();

    public void Started() => Interlocked.Increment(ref _underWay);

    public void Ended(ScenarioContext context, long end, IResponse response, bool measured)
    {
        if (measured && _recording)
        {
            Recorder.Record(context.Intended, end, response);
            if (response.IsError && Scenario.MaxFailCount < int.MaxValue && Recorder.FailCount >= Scenario.MaxFailCount)
                Test.Stop(null, $"{Scenario.ScenarioName}: {Scenario.MaxFailCount} invocations have failed");
        }

        Interlocked.Decrement(ref _underWay);
    }

    /// <summary>For the next one.</summary>
    public void Keep(Invocation invocation)
    {
        lock (_free)
            _free.Push(invocation);
    }

    public void RecordStep(string name, long start, long end, IResponse response)
    {
        if (_recording)
            Recorder.RecordStep(name, start, end, response);
    }

    public void Dispose() => _stopping.Dispose();

    private ScenarioContext NewContext() => new(this, Interlocked.Increment(ref _copies) - 1);

    private Invocation NextInvocation()
    {
        lock (_free)
        {
            if (_free.TryPop(out Invocation? free))
                return free;
        }

        return new Invocation(this, NewContext());
    }

    private void Simulate(LoadSimulation simulation, double rateBefore, int copiesBefore, long due)
    {
        switch (simulation)
        {
            case LoadSimulation.Injected injected:
                Inject(InjectionPlan.From(injected, rateBefore, Test.Random), injected.During.TotalSeconds, due);
                break;
            case LoadSimulation.Constant copies:
                KeepCopies(copies, copies.Ramping ? copiesBefore : copies.Copies);
                break;
            default:
                Pause(simulation.During);
                break;
        }
    }

    private void Pause(TimeSpan during)
    {
        long start = Stopwatch.GetTimestamp();
        for (TimeSpan left = during; left > TimeSpan.Zero && !_stopping.IsCancellationRequested; left = during - Stopwatch.GetElapsedTime(start))
            Wait(0, Math.Min(left.TotalSeconds, LongestWait));
    }

    private void Inject(InjectionPlan plan, double seconds, long start)
    {
        while (!_stopping.IsCancellationRequested)
        {
            double now = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bool room = plan.NextDue > now || Scenario.Pump is not { } pump || pump.HasRoom(start + (long)(plan.NextDue * Stopwatch.Frequency));
            if (room && plan.TryTake(now, out double taken))
            {
                long due = start + (long)(taken * Stopwatch.Frequency);
                Scenario.Pump?.Starting(due);
                NextInvocation().Start(due, _recording);
                continue;
            }

            // What is due and found no room is still owed, for a while.
            if (now >= seconds + (plan.NextDue <= now ? Test.CompletionTimeout.TotalSeconds : 0))
                break;
            Wait(now, room ? Math.Min(seconds, Math.Max(plan.NextDue, now + ShortestSleep)) : now + LongestWait);
        }

        if (!_stopping.IsCancellationRequested)
            _owed += plan.Left;
    }

    private void Wait(double now, double until)
    {
        if (Scenario.Pump is { } pump)
            pump.Run(Stopwatch.GetTimestamp() + (long)(Math.Max(0, until - now) * Stopwatch.Frequency));
        else
            PreciseSleep.Sleep(until - now);
    }

    private void KeepCopies(LoadSimulation.Constant simulation, int from)
    {
        long start = Stopwatch.GetTimestamp();
        double seconds = simulation.During.TotalSeconds;
        var wanted = new StrongBox { Value = from };
        int running = 0;
        var loops = new List<Task>();
        while (!_stopping.IsCancellationRequested)
        {
            double now = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (now >= seconds)
                break;
            wanted.Value = simulation.Ramping ? from + (int)Math.Round((simulation.Copies - from) * now / seconds) : simulation.Copies;
            for (; running < wanted.Value; running++)
            {
                int copy = running;
                loops.RemoveAll(loop => loop.IsCompleted);
                loops.Add(Task.Run(() => Loop(copy, wanted)));
            }

            running = Math.Min(running, wanted.Value);
            PreciseSleep.Sleep(Math.Min(0.02, seconds - now));
        }

        wanted.Value = 0;
    }

    // A copy that is no longer wanted ends after its invocation.
    private async Task Loop(int copy, StrongBox wanted)
    {
        ScenarioContext context = NewContext();
        while (copy < wanted.Value && !_stopping.IsCancellationRequested)
        {
            bool measured = _recording;
            context.Begin(Stopwatch.GetTimestamp());
            Started();
            IResponse response;
            try
            {
                response = await Scenario.Run(context).ConfigureAwait(false);
            }
            catch (Exception thrown)
            {
                response = Response.Fail("exception", thrown.Message);
            }

            Ended(context, Stopwatch.GetTimestamp(), response, measured);
        }
    }

    private void AwaitInvocations()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _underWay) > 0 && Stopwatch.GetElapsedTime(start) < Test.CompletionTimeout)
            Wait(0, 0.001);
    }

    private sealed class StrongBox
    {
        public volatile int Value;
    }
}
