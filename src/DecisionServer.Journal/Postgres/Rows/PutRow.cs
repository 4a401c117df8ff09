using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Something put, before it has a place.</summary>
/// <param name="Generation">Where.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Catalogue">See <see cref="GenerationPut.Catalogue"/>.</param>
/// <param name="ErasedBefore">How many members the same commit erases before it.</param>
/// <param name="Content">The contents.</param>
internal readonly record struct PutRow(string Generation, PutKind Kind, long Catalogue, int ErasedBefore, byte[] Content);
