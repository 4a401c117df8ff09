using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>Removes from this node what the fleet has forgotten.</summary>
internal sealed class GenerationCleaner : IHostedService, IDisposable
{
    private readonly FleetFacts _facts;
    private readonly GenerationRegistry _registry;
    private readonly ILogger _logger;
    private FleetFacts.Snapshot _last = FleetFacts.Snapshot.Empty;

    public GenerationCleaner(FleetFacts facts, GenerationRegistry registry, ILogger<GenerationCleaner> logger)
    {
        (_facts, _registry, _logger) = (facts, registry, logger);
        facts.Changed += Follow;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _facts.Changed -= Follow;

    // In the order of truth, one call at a time.
    private void Follow(FleetFacts.Snapshot agreed)
    {
        var gone = _last.Sealed.Keys.Where(id => !agreed.Sealed.ContainsKey(id)).ToList();
        _last = agreed;
        if (gone.Count > 0) ThreadPool.QueueUserWorkItem(_ => gone.ForEach(Remove));
    }

    private void Remove(string id)
    {
        try
        {
            _registry.Drop(id);
        }
        catch (GenerationException e) when (e.Error != GenerationError.NotFound)
        {
            // It answers here still: the publish that ends it comes, and removes it then.
            Log.NotDropped(_logger, id, e.Message);
        }
        catch (GenerationException)
        {
            // It never came here, or the registry has let it go itself.
        }
    }
}
