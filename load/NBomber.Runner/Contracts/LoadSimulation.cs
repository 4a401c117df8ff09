namespace NBomber.Contracts;

/// <summary>How invocations are started over a time. Made by <see cref="CSharp.Simulation"/>.</summary>
public abstract record LoadSimulation
{
    private protected LoadSimulation(TimeSpan during)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(during, TimeSpan.Zero);
        During = during;
    }

    /// <summary>How long.</summary>
    public TimeSpan During { get; }

    internal sealed record Constant(int Copies, bool Ramping, TimeSpan Time) : LoadSimulation(Time);

    internal sealed record Injected(int MinRate, int MaxRate, TimeSpan Interval, bool Ramping, TimeSpan Time) : LoadSimulation(Time)
    {
        public double PerSecond(int rate) => rate / Interval.TotalSeconds;
    }

    internal sealed record Paused(TimeSpan Time) : LoadSimulation(Time);
}
