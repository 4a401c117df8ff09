using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>The life of generations on a server that is alone.</summary>
internal sealed class LocalLifecycle(GenerationRegistry registry, TimeProvider clock) : IGenerationLifecycle
{
    public Task Sealed(GenerationInfo generation) => Task.CompletedTask;

    // Changes of state wait for disks; a call must not hold up the thread that reads its connection.
    public Task<PublishedGeneration> Publish(string id, bool force, PublishTerms terms, CancellationToken cancellation) => Task.Run(
        () =>
        {
            RequireAlone(terms);
            var (info, previous) = registry.Publish(id, force);
            return new PublishedGeneration(info, previous, info.PublishedAt ?? clock.GetUtcNow());
        },
        CancellationToken.None);

    public Task<PublishedGeneration> Rollback(PublishTerms terms, CancellationToken cancellation) => Task.Run(
        () =>
        {
            RequireAlone(terms);
            var (info, previous) = registry.Rollback();
            return new PublishedGeneration(info, previous, info.PublishedAt ?? clock.GetUtcNow());
        },
        CancellationToken.None);

    public Task Drop(string id) => Task.Run(() => registry.Drop(id));

    private static void RequireAlone(PublishTerms terms)
    {
        if (terms.Quorum > 1)
            throw new GenerationException(GenerationError.WrongState, $"quorum: {terms.Quorum} nodes are asked for, and this server is alone (Journal:Postgres is empty)");
    }
}
