namespace DecisionServer.Journal;

/// <summary>What <see cref="ISharedJournal.CatchUp"/> came to.</summary>
/// <param name="Applied">Serving follows truth up to here.</param>
/// <param name="Changes">Changes applied one by one.</param>
/// <param name="Replayed">Whether everything was handed over again: truth was replaced, or the changes in between were not kept any more.</param>
public readonly record struct CatchUp(long Applied, int Changes, bool Replayed);
