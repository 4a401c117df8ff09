using NBomber.Contracts;
using NBomber.CSharp;

namespace NBomber;

/// <summary>Not part of NBomber.</summary>
public static class RunnerExtensions
{
    /// <summary>Puts notes into the reports.</summary>
    /// <param name="context">The run.</param>
    /// <param name="notes">The notes; they may grow while the run goes on.</param>
    public static NBomberContext WithNotes(this NBomberContext context, RunNotes notes) => context with { Notes = notes };

    /// <summary>Lets a scenario's own thread send and receive.</summary>
    /// <param name="scenario">The scenario; its invocations use this pump and no other.</param>
    /// <param name="pump">Used by the scenario's thread only.</param>
    /// <exception cref="ArgumentException">It has a closed loop, whose copies run on many threads.</exception>
    public static ScenarioProps WithPump(this ScenarioProps scenario, IScenarioPump pump) =>
        scenario.Simulations.Any(simulation => simulation is LoadSimulation.Constant)
            ? throw new ArgumentException("a pump drives open loops; this scenario has a closed one", nameof(scenario))
            : scenario with { Pump = pump };
}
