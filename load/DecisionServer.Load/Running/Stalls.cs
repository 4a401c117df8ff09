using System.Diagnostics;
using DecisionServer.Load.Measuring;

namespace DecisionServer.Load.Running;

/// <summary>What may have kept calls waiting in a short time.</summary>
/// <param name="From">Its begin, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="To">Its end.</param>
/// <param name="Server">What the server's threads did.</param>
/// <param name="FirstTouches">Pages of memory that the server touched first.</param>
/// <param name="DiskReads">Pages that the server had to wait for the disk for.</param>
/// <param name="DriverCollectorMs">How long the driver's own collector stopped it.</param>
/// <param name="DriverNoCoreMs">How long the scenario's thread was ready and had no core.</param>
internal sealed record Stall(long From, long To, ThreadLook Server, long FirstTouches, long DiskReads, double DriverCollectorMs, double DriverNoCoreMs)
{
    /// <summary>What of it is more than usual: in the best of times threads wait for a core a little, again and again, and that is no stall.</summary>
    /// <param name="noCoreMs">What is usual for a thread of the server in this time.</param>
    /// <param name="driverNoCoreMs">What is usual for the scenario's thread.</param>
    public Stall Beyond(double noCoreMs, double driverNoCoreMs) => this with
    {
        Server = Server with { NoCoreMs = Math.Max(0, Server.NoCoreMs - noCoreMs) },
        DriverNoCoreMs = Math.Max(0, DriverNoCoreMs - driverNoCoreMs),
    };
}

/// <summary>Looks at server and driver ten times a second and keeps what it saw, so that slow calls can be held against it.</summary>
internal sealed class Stalls : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Func<(long Minor, long Major)> _faults;
    private readonly ThreadTimes _serverThreads;
    private readonly ThreadTimes _driverThreads;
    private readonly List<Stall> _seen = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private bool _disposed;

    /// <summary>Begins.</summary>
    /// <param name="server">The server's process id.</param>
    /// <param name="faults">The pages that it has touched first and read from the disk since its start.</param>
    /// <param name="scenario">Name of the driver's thread that starts calls.</param>
    public Stalls(int server, Func<(long Minor, long Major)> faults, string scenario)
    {
        _faults = faults;
        _serverThreads = new ThreadTimes(server);
        _driverThreads = new ThreadTimes(Environment.ProcessId, scenario[..Math.Min(15, scenario.Length)]);
        _thread = new Thread(Watch) { Name = "stalls", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why it saw no more; null: it saw all.</summary>
    public string? Fault { get; private set; }

    /// <summary>What was seen while a call was under way, taken together, as far as it is more than usual; nothing, where <see cref="Fault"/> kept it from being seen. After <see cref="Dispose"/>.</summary>
    public Stall During(SlowCall call)
    {
        Stall[] then = [.. _seen.Where(each => each.To > call.Due && each.From < call.Received)];
        ThreadLook longest = then.Select(each => each.Server).DefaultIfEmpty(new ThreadLook(0, "", 0)).MaxBy(look => look.NoCoreMs);
        return new Stall(
            call.Due,
            call.Received,
            longest with { CollectorMs = then.Sum(each => each.Server.CollectorMs) },
            then.Sum(each => each.FirstTouches),
            then.Sum(each => each.DiskReads),
            then.Sum(each => each.DriverCollectorMs),
            then.Sum(each => each.DriverNoCoreMs)).Beyond(Median(each => each.Server.NoCoreMs), then.Length * Median(each => each.DriverNoCoreMs));
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
        _serverThreads.Dispose();
        _driverThreads.Dispose();
    }

    private double Median(Func<Stall, double> of) => _seen.Count == 0 ? 0 : _seen.Select(of).Order().ElementAt(_seen.Count / 2);

    private void Watch()
    {
        try
        {
            long at = Stopwatch.GetTimestamp();
            (long minor, long major) = _faults();
            TimeSpan driver = GC.GetTotalPauseDuration();
            _serverThreads.Look();
            _driverThreads.Look();
            for (bool last = false; !last;)
            {
                // The look that ends it counts, too: the slowest call may have come just before.
                last = _stop.Wait(Interval);
                long now = Stopwatch.GetTimestamp();
                (long minorNow, long majorNow) = _faults();
                TimeSpan driverNow = GC.GetTotalPauseDuration();
                _seen.Add(new Stall(
                    at, now, _serverThreads.Look(), minorNow - minor, majorNow - major, (driverNow - driver).TotalMilliseconds, _driverThreads.Look().NoCoreMs));
                (at, minor, major, driver) = (now, minorNow, majorNow, driverNow);
            }
        }
        catch (IOException fault)
        {
            Fault = fault.Message;
        }
    }
}
