using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Makes load simulations.</summary>
public static class Simulation
{
    /// <summary>Open loop: starts invocations at a constant rate, whatever becomes of them.</summary>
    /// <param name="rate">Invocations in each interval.</param>
    /// <param name="interval">The interval.</param>
    /// <param name="during">How long.</param>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => Injected(rate, rate, interval, false, during);

    /// <summary>Open loop: the rate of each interval is chosen at random.</summary>
    /// <param name="minRate">Fewest invocations in an interval.</param>
    /// <param name="maxRate">Most invocations in an interval.</param>
    /// <param name="interval">The interval.</param>
    /// <param name="during">How long.</param>
    public static LoadSimulation InjectRandom(int minRate, int maxRate, TimeSpan interval, TimeSpan during) =>
        Injected(minRate, maxRate, interval, false, during);

    /// <summary>Open loop: the rate changes in a straight line from that of the simulation before (or 0) to this one.</summary>
    /// <param name="rate">Invocations in each interval, at the end.</param>
    /// <param name="interval">The interval.</param>
    /// <param name="during">How long.</param>
    public static LoadSimulation RampingInject(int rate, TimeSpan interval, TimeSpan during) => Injected(rate, rate, interval, true, during);

    /// <summary>Closed loop: so many copies, each starting again when its invocation has ended.</summary>
    /// <param name="copies">Copies.</param>
    /// <param name="during">How long.</param>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => Copies(copies, false, during);

    /// <summary>Closed loop: the number of copies changes in a straight line from that of the simulation before (or 0) to this one.</summary>
    /// <param name="copies">Copies at the end.</param>
    /// <param name="during">How long.</param>
    public static LoadSimulation RampingConstant(int copies, TimeSpan during) => Copies(copies, true, during);

    /// <summary>Nothing.</summary>
    /// <param name="during">How long.</param>
    public static LoadSimulation Pause(TimeSpan during) => new LoadSimulation.Paused(during);

    private static LoadSimulation.Constant Copies(int copies, bool ramping, TimeSpan during)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(copies);
        return new LoadSimulation.Constant(copies, ramping, during);
    }

    private static LoadSimulation.Injected Injected(int min, int max, TimeSpan interval, bool ramping, TimeSpan during)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(min);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return new LoadSimulation.Injected(min, max, interval, ramping, during);
    }
}
