namespace DecisionServer.Loader;

/// <summary>What the program has from its surroundings: streams and the clock. Tests bring their own.</summary>
/// <param name="StandardInput">Bytes of stdin.</param>
/// <param name="StandardOutput">Results: text, JSON or generated sets.</param>
/// <param name="Error">Progress, faults and errors.</param>
/// <param name="ErrorIsTerminal">True: progress is one line that renews itself.</param>
/// <param name="Clock">Time.</param>
internal sealed record LoaderHost(Stream StandardInput, Stream StandardOutput, TextWriter Error, bool ErrorIsTerminal, TimeProvider Clock)
{
    /// <summary>Text for stdout; flushed at every line.</summary>
    public TextWriter Output { get; } = new StreamWriter(StandardOutput, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };

    /// <summary>Makes the process give way to others. In a process that is not only the loader: nothing.</summary>
    public Action LowerPriority { get; init; } = static () => { };
}
