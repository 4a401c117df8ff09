namespace NBomber;

/// <summary>
/// What a scenario's thread does between starting invocations: sends what they asked for and takes in what came back. Not part of NBomber.
/// </summary>
/// <remarks>
/// One thread that starts invocations, sends and receives takes a few microseconds for a call less than three that wake each other, and leaves
/// them to the server that is measured on the same machine.
/// </remarks>
public interface IScenarioPump
{
    /// <summary>
    /// The next invocation can be started. While it cannot, those that fall due wait with the time they were due at, and cost nothing: a backlog is
    /// in the latencies, not in the driver's memory.
    /// </summary>
    /// <param name="due">When it is, or was, due, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    bool HasRoom(long due);

    /// <summary>An invocation starts now.</summary>
    /// <param name="due">When it was due.</param>
    void Starting(long due);

    /// <summary>Sends and receives until then, or until something has come.</summary>
    /// <param name="until">In ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    void Run(long until);
}
