namespace DecisionServer.Store;

/// <summary>A counter that an event counts in.</summary>
/// <param name="Rule">A rule that it is of.</param>
/// <param name="Key">Its key.</param>
/// <param name="Keep">For a rolling window: how many instants to keep, so that every rule on this counter is exact.</param>
public record struct CapTarget(CapRule Rule, ulong Key, int Keep);
