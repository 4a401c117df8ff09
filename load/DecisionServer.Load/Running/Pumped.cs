using System.Diagnostics;
using DecisionServer.Load.Wire;
using NBomber;
using NBomber.Contracts;
using NBomber.CSharp;

namespace DecisionServer.Load.Running;

/// <summary>Clients and the threads that serve them.</summary>
internal static class Pumped
{
#if NBOMBER_PACKAGE
    /// <summary>The package starts invocations on threads of its own, so the client has its own, too.</summary>
    public static WireClient Client(Uri server, int connections, int streams, int bunch) => new(server, connections, streams);

    /// <summary>Nothing: the client serves itself.</summary>
    public static ScenarioProps ServedBy(this ScenarioProps scenario, WireClient client) => scenario;
#else
    /// <summary>A client that the scenario's own thread serves.</summary>
    public static WireClient Client(Uri server, int connections, int streams, int bunch) => WireClient.ServedByCaller(server, connections, streams, bunch);

    /// <summary>Lets the scenario's thread serve the client that its invocations call. The scenario has open loops only.</summary>
    public static ScenarioProps ServedBy(this ScenarioProps scenario, WireClient client) => scenario.WithPump(new Pump(client));

    private sealed class Pump(WireClient client) : IScenarioPump
    {
        // What is past its deadline is taken, to end: its caller would have given up.
        public bool HasRoom(long due) => client.HasRoom || client.LastDeadline is { } deadline && deadline.Passed(due, Stopwatch.GetTimestamp());

        public void Starting(long due) => client.NextIsDue(due);

        public void Run(long until)
        {
            DriverThread.First();
            client.Run(until);
        }
    }
#endif
}
