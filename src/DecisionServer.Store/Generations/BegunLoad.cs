namespace DecisionServer.Store;

/// <summary>A load that was begun or taken up.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Token">Goes with every further call of this load.</param>
/// <param name="Positions">How far each stream has come.</param>
/// <param name="OffersLoaded">Whether the catalogue is complete.</param>
public sealed record BegunLoad(
    GenerationInfo Generation, string Token, IReadOnlyList<(string StreamId, ulong Sequence)> Positions, bool OffersLoaded);
