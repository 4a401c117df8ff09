namespace DecisionServer.Journal;

/// <summary>The effects of one commit as other nodes need them. Never changes once it is there.</summary>
/// <param name="Sequence">Number of the commit, 1 or more, without gaps: the order of all nodes' commits.</param>
/// <param name="Content">The effects, encoded; only journals read them.</param>
public readonly record struct Change(long Sequence, ReadOnlyMemory<byte> Content);
