namespace DecisionServer.Fanout;

/// <summary>What came of a call over the link.</summary>
/// <param name="Value">The answer; the default where there is none.</param>
/// <param name="Link">Number of the link that it went over.</param>
/// <param name="Fault">Why there is none, in words; empty: there is one.</param>
/// <param name="TimedOut">Redis did not answer in time: less at once may help.</param>
internal readonly record struct LinkReply<T>(T? Value, long Link, string Fault, bool TimedOut)
{
    public bool Answered => Fault.Length == 0;
}
