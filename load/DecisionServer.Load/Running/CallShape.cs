namespace DecisionServer.Load.Running;

/// <summary>How calls come: what a server can take depends on it.</summary>
/// <param name="Connections">Connections.</param>
/// <param name="Bunch">Calls in a row on one connection.</param>
/// <param name="DeadlineMs">How long callers wait, ms; 0: any time.</param>
internal sealed record CallShape(int Connections = 4, int Bunch = 1, int DeadlineMs = 0)
{
    /// <summary>A few busy clients that wait for every answer.</summary>
    public static CallShape Usual { get; } = new();
}
