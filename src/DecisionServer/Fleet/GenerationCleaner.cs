using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>Removes from this node what the fleet has forgotten.</summary>
internal sealed class GenerationCleaner : IHostedService, IDisposable
{
    private readonly FleetFacts _facts;
    private readonly GenerationRegistry _registry;
    private readonly GenerationFetcher _fetcher;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();

    // Forgotten, and still to be removed.
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private FleetFacts.Snapshot _last = FleetFacts.Snapshot.Empty;

    public GenerationCleaner(FleetFacts facts, GenerationRegistry registry, GenerationFetcher fetcher, ILogger<GenerationCleaner> logger)
    {
        (_facts, _registry, _fetcher, _logger) = (facts, registry, fetcher, logger);
        facts.Changed += Follow;
        fetcher.Fetched += Begin;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _facts.Changed -= Follow;
        _fetcher.Fetched -= Begin;
    }

    // In the order of truth, one call at a time.
    private void Follow(FleetFacts.Snapshot agreed)
    {
        lock (_gate)
        {
            _gone.UnionWith(_last.Sealed.Keys.Where(id => !agreed.Sealed.ContainsKey(id)));
            _gone.ExceptWith(agreed.Sealed.Keys);
            _last = agreed;
        }

        Begin();
    }

    private void Begin()
    {
        string[] gone;
        lock (_gate) gone = [.. _gone];
        if (gone.Length > 0) ThreadPool.QueueUserWorkItem(_ => Array.ForEach(gone, Remove));
    }

    private void Remove(string id)
    {
        lock (_gate)
        {
            if (!_gone.Contains(id)) return;
        }

        try
        {
            _registry.Drop(id);
        }
        catch (GenerationException e) when (e.Error == GenerationError.NotFound)
        {
            // It never came here, or the registry has let it go itself.
        }
        catch (Exception e) when (e is GenerationException or IOException or UnauthorizedAccessException)
        {
            // It is being read in, or the disk has its troubles: tried again when something has come, or was agreed upon. Or it answers here still: the publish that ends it comes.
            Log.NotDropped(_logger, id, e.Message);
            return;
        }

        lock (_gate) _gone.Remove(id);
    }
}
