namespace DecisionServer.Journal;

/// <summary>That something was put into a generation.</summary>
/// <param name="Generation">Id of the generation.</param>
/// <param name="Sequence">Number of the last commit that put something into it.</param>
public readonly record struct PutRecord(string Generation, long Sequence);
