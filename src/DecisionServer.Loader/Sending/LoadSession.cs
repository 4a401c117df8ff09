using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>What the server gave this loader at the beginning or resumption of a load.</summary>
/// <param name="GenerationId">The generation.</param>
/// <param name="Token">Shuts other loaders out.</param>
/// <param name="OffersLoaded">The catalogue is complete.</param>
/// <param name="Positions">Last chunk stored, by stream.</param>
internal sealed record LoadSession(string GenerationId, string Token, bool OffersLoaded, IReadOnlyDictionary<string, ulong> Positions)
{
    public static LoadSession Create(BeginGenerationResponse begun)
        => new(begun.Generation.GenerationId, begun.LoadToken, begun.OffersLoaded, begun.Positions.ToDictionary(position => position.StreamId, position => position.Sequence));

    /// <summary>The last chunk that the server has stored of a stream; 0: none.</summary>
    public ulong Position(string streamId) => Positions.GetValueOrDefault(streamId);
}
