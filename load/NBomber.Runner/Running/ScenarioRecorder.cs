using System.Diagnostics;
using DecisionServer.Load.Measuring;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Running;

/// <summary>What a second of a scenario brought. An invocation belongs to the second in which it was due.</summary>
internal sealed class Interval
{
    public LatencyHistogram Ok { get; } = new();

    /// <summary>Failures among those due in this second.</summary>
    public int Failed { get; set; }

    /// <summary>Successes that came in this second, whenever they were due: the throughput.</summary>
    public int Answered { get; set; }
}

/// <summary>Collects what becomes of a scenario's invocations and steps. Thread-safe.</summary>
internal sealed class ScenarioRecorder(string name)
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private readonly Lock _gate = new();
    private readonly Measurement _ok = new();
    private readonly Measurement _failed = new();
    private readonly List<RecordedStep> _steps = [];
    private readonly List<Interval> _intervals = [];
    private long _start;

    /// <summary>Failures so far.</summary>
    public long FailCount
    {
        get
        {
            lock (_gate)
                return _failed.Latency.Count;
        }
    }

    /// <summary>Measuring starts.</summary>
    public void Start(long now) => _start = now;

    public void Record(long intended, long end, IResponse response)
    {
        long nanoseconds = Latency(intended, end, response);
        lock (_gate)
        {
            (response.IsError ? _failed : _ok).Record(nanoseconds, response);
            Interval due = IntervalAt(intended);
            if (response.IsError)
            {
                due.Failed++;
                return;
            }

            due.Ok.Record(nanoseconds);
            IntervalAt(end).Answered++;
        }
    }

    public void RecordStep(string step, long start, long end, IResponse response)
    {
        long nanoseconds = Latency(start, end, response);
        lock (_gate)
        {
            RecordedStep? recorded = Find(step);
            if (recorded is null)
                _steps.Add(recorded = new RecordedStep(step, start));
            (response.IsError ? recorded.Failed : recorded.Ok).Record(nanoseconds, response);
            recorded.First = Math.Min(recorded.First, start);
            recorded.Last = Math.Max(recorded.Last, start);
        }
    }

    public ScenarioStats Stats(TimeSpan duration)
    {
        lock (_gate)
        {
            long all = _ok.Latency.Count + _failed.Latency.Count;
            return new ScenarioStats
            {
                ScenarioName = name,
                Ok = _ok.Stats(all, duration, error: false),
                Fail = _failed.Stats(all, duration, error: true),
                StepStats =
                [
                    .. _steps.Select(step => new StepStats
                    {
                        StepName = step.Name,
                        Ok = step.Ok.Stats(step.Ok.Latency.Count + step.Failed.Latency.Count, duration, error: false),
                        Fail = step.Failed.Stats(step.Ok.Latency.Count + step.Failed.Latency.Count, duration, error: true),
                    }),
                ],
                AllRequestCount = (int)all,
                AllOkCount = (int)_ok.Latency.Count,
                AllFailCount = (int)_failed.Latency.Count,
                AllBytes = _ok.Bytes + _failed.Bytes,
                Duration = duration,
            };
        }
    }

    /// <summary>A second so far: successes in it, failures due in it, and its 50th and 99th percentile and maximum in ms.</summary>
    public (int Answered, int Failed, double P50, double P99, double Max) Second(int number)
    {
        lock (_gate)
        {
            if (number < 0 || number >= _intervals.Count)
                return default;
            Interval second = _intervals[number];
            return (second.Answered, second.Failed, second.Ok.Percentile(50) / 1e6, second.Ok.Percentile(99) / 1e6, second.Ok.Max / 1e6);
        }
    }

    /// <summary>The latencies of successes, for percentiles that NBomber's figures lack; of a step, or of the scenario.</summary>
    public T WithLatency<T>(string? step, Func<LatencyHistogram, T> read)
    {
        lock (_gate)
            return read(step is null ? _ok.Latency : Find(step)!.Ok.Latency);
    }

    /// <summary>Successes a second between the first and the last start of a step: a phase's own rate.</summary>
    public double RateOf(string step)
    {
        lock (_gate)
        {
            RecordedStep recorded = Find(step)!;
            double seconds = (recorded.Last - recorded.First) / (double)Stopwatch.Frequency;
            return seconds > 0 ? recorded.Ok.Latency.Count / seconds : recorded.Ok.Latency.Count;
        }
    }

    public int Seconds
    {
        get
        {
            lock (_gate)
                return _intervals.Count;
        }
    }

    // A handful of steps: a loop is the fastest look-up.
    private RecordedStep? Find(string step)
    {
        foreach (RecordedStep each in _steps)
        {
            if (each.Name == step)
                return each;
        }

        return null;
    }

    private static long Latency(long start, long end, IResponse response) =>
        response.LatencyMs > 0 ? (long)(response.LatencyMs * 1e6) : (long)((end - start) * NanosecondsPerTick);

    private Interval IntervalAt(long time)
    {
        int second = (int)Math.Clamp((time - _start) / Stopwatch.Frequency, 0, 86_400);
        while (_intervals.Count <= second)
            _intervals.Add(new Interval());
        return _intervals[second];
    }

    private sealed class RecordedStep(string name, long start)
    {
        public string Name { get; } = name;

        public Measurement Ok { get; } = new();

        public Measurement Failed { get; } = new();

        public long First { get; set; } = start;

        public long Last { get; set; } = start;
    }
}
