using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>What a publish demands of the other nodes.</summary>
/// <param name="Quorum">Live nodes that must have the generation, this one included; 0: all of them.</param>
/// <param name="Wait">How long they are waited for.</param>
internal readonly record struct PublishTerms(int Quorum, TimeSpan Wait);

/// <summary>A generation that has become current.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Previous">The one before; empty: none.</param>
/// <param name="At">The instant from which on no node answers from another one.</param>
internal sealed record PublishedGeneration(GenerationInfo Generation, string Previous, DateTimeOffset At);

/// <summary>Makes generations current, or takes them away: on this server alone, or on all nodes of its fleet.</summary>
internal interface IGenerationLifecycle
{
    /// <summary>A generation was sealed here.</summary>
    Task Sealed(GenerationInfo generation);

    /// <summary>Makes a generation current.</summary>
    /// <exception cref="GenerationException">It cannot be; nothing was changed.</exception>
    Task<PublishedGeneration> Publish(string id, bool force, PublishTerms terms, CancellationToken cancellation);

    /// <summary>Makes the one before current again.</summary>
    /// <exception cref="GenerationException">There is none.</exception>
    Task<PublishedGeneration> Rollback(PublishTerms terms, CancellationToken cancellation);

    /// <summary>Removes a generation.</summary>
    /// <exception cref="GenerationException">There is none, or it is current.</exception>
    Task Drop(string id);
}
