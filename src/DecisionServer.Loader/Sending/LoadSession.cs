using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>What the server gave this loader at the beginning or resumption of a load.</summary>
/// <param name="GenerationId">The generation.</param>
/// <param name="Token">Shuts other loaders out.</param>
/// <param name="OffersLoaded">The catalogue is complete.</param>
/// <param name="Positions">Last chunk stored, by stream.</param>
/// <param name="Shards">The shards whose members' sets it takes; none: it takes all.</param>
internal sealed record LoadSession(string GenerationId, string Token, bool OffersLoaded, IReadOnlyDictionary<string, ulong> Positions, IReadOnlyCollection<int> Shards)
{
    public static LoadSession Create(BeginGenerationResponse begun)
        => new(begun.Generation.GenerationId, begun.LoadToken, begun.OffersLoaded, begun.Positions.ToDictionary(position => position.StreamId, position => position.Sequence), begun.Generation.Shards);

    /// <summary>The last chunk that the server has stored of a stream; 0: none.</summary>
    public ulong Position(string streamId) => Positions.GetValueOrDefault(streamId);
}
