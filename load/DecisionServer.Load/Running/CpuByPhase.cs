using System.Diagnostics;
using System.Globalization;

namespace DecisionServer.Load.Running;

/// <summary>
/// Who used the machine's cores in each phase of a run: the server, this driver, and everything else on the machine (other programs, the kernel, what a
/// hypervisor took away). Server and driver share the cores, so latencies and rates say little without it.
/// </summary>
internal sealed class CpuByPhase : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // user, nice, system, (idle, iowait,) irq, softirq, steal.
    private static readonly int[] BusyColumns = [1, 2, 3, 6, 7, 8];
    private readonly Func<string> _phase;
    private readonly Func<TimeSpan> _server;
    private readonly List<Used> _phases = [];
    private readonly Timer _timer;
    private readonly Lock _gate = new();
    private Sample _last;
    private bool _stopped;

    public CpuByPhase(Func<TimeSpan> server, Func<string> phase)
    {
        (_server, _phase) = (server, phase);
        _last = Now();
        _timer = new Timer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>A line for each phase so far.</summary>
    public IEnumerable<(string Phase, string Cores)> Lines()
    {
        lock (_gate)
        {
            return
            [
                .. _phases.Select(each => (each.Phase, string.Create(
                    CultureInfo.InvariantCulture,
                    $"server {each.Server / each.Seconds:0.00}, driver {each.Driver / each.Seconds:0.00}, all else {Math.Max(0, each.Machine - each.Server - each.Driver) / each.Seconds:0.00} of {Environment.ProcessorCount} cores"))),
            ];
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _stopped = true;
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_stopped)
                return;
            string phase = _phase();
            Sample now = Now();
            Used? used = _phases.Find(each => each.Phase == phase);
            if (used is null)
                _phases.Add(used = new Used(phase));
            used.Add(_last, now);
            _last = now;
        }
    }

    private Sample Now() => new(Stopwatch.GetTimestamp(), _server().TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds, Machine());

    // Hundredths of a second.
    private static double Machine()
    {
        string[] times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return BusyColumns.Sum(at => double.Parse(times[at], CultureInfo.InvariantCulture)) / 100;
    }

    private readonly record struct Sample(long At, double Server, double Driver, double Machine);

    private sealed class Used(string phase)
    {
        public string Phase => phase;

        public double Seconds { get; private set; }

        public double Server { get; private set; }

        public double Driver { get; private set; }

        public double Machine { get; private set; }

        public void Add(in Sample from, in Sample to)
        {
            Seconds += Stopwatch.GetElapsedTime(from.At, to.At).TotalSeconds;
            Server += to.Server - from.Server;
            Driver += to.Driver - from.Driver;
            Machine += to.Machine - from.Machine;
        }
    }
}
