namespace DecisionServer.Engine;

/// <summary>Settings of the engine.</summary>
public sealed class EngineOptions
{
    /// <summary>
    /// Time kept back before the deadline of a search ranking to send the answer: with less than this left, the order of the
    /// request is returned. 0 or more; default 2 ms.
    /// </summary>
    public TimeSpan SearchReserve { get; init; } = TimeSpan.FromMilliseconds(2);
}
