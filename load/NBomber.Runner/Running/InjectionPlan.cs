using NBomber.Contracts;

namespace NBomber.Running;

/// <summary>When the invocations of an open loop are due, in seconds from its start. Depends on nothing that happens.</summary>
internal sealed class InjectionPlan
{
    private readonly Func<long, double> _dueOf;
    private long _taken;

    private InjectionPlan(double seconds, Func<double, double> countAt, Func<long, double> dueOf)
    {
        _dueOf = dueOf;
        Total = (long)Math.Ceiling(countAt(seconds) - 1e-9);
        NextDue = DueOf(0);
    }

    /// <summary>Invocations in all.</summary>
    public long Total { get; }

    /// <summary>Those that nobody has taken.</summary>
    public long Left => Total - _taken;

    /// <summary>When the next one is due; infinity: none is left.</summary>
    public double NextDue { get; private set; }

    /// <summary>A constant rate.</summary>
    public static InjectionPlan Constant(double rate, double seconds) => new(seconds, time => rate * time, number => number / rate);

    /// <summary>A rate that changes in a straight line. The n-th is due when the area under the line is n.</summary>
    public static InjectionPlan Ramp(double from, double to, double seconds)
    {
        if (Math.Abs(to - from) < 1e-9)
            return Constant(to, seconds);
        double slope = (to - from) / seconds;
        return new InjectionPlan(
            seconds,
            time => (from * time) + (slope * time * time / 2),
            number => (Math.Sqrt(Math.Max(0, (from * from) + (2 * slope * number))) - from) / slope);
    }

    /// <summary>A rate chosen at random for each interval.</summary>
    public static InjectionPlan Random(LoadSimulation.Injected simulation, double seconds, Random random)
    {
        double interval = simulation.Interval.TotalSeconds;
        var due = new List<double>();
        for (double start = 0; start < seconds; start += interval)
        {
            int rate = random.Next(simulation.MinRate, simulation.MaxRate + 1);
            for (int i = 0; i < rate && start + (i * interval / rate) < seconds; i++)
                due.Add(start + (i * interval / rate));
        }

        return new InjectionPlan(seconds, _ => due.Count, number => due[(int)number]);
    }

    public static InjectionPlan From(LoadSimulation.Injected simulation, double rateBefore, Random random)
    {
        double seconds = simulation.During.TotalSeconds;
        if (simulation.MinRate != simulation.MaxRate)
            return Random(simulation, seconds, random);
        double rate = simulation.PerSecond(simulation.MaxRate);
        return simulation.Ramping ? Ramp(rateBefore, rate, seconds) : Constant(rate, seconds);
    }

    /// <summary>Takes the next one if it is due.</summary>
    /// <param name="now">Seconds since the start.</param>
    /// <param name="due">When it was due.</param>
    public bool TryTake(double now, out double due)
    {
        due = NextDue;
        if (due > now)
            return false;
        NextDue = DueOf(++_taken);
        return true;
    }

    private double DueOf(long number) => number < Total ? _dueOf(number) : double.PositiveInfinity;
}
