using DecisionServer.Fleet.Puts;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>
/// Makes current here what the fleet has agreed upon, at the instant agreed upon. The lease ends at that instant whatever happens, so that a decision that is late,
/// or a node that is not done in time, gives no answer of the generation before.
/// </summary>
internal sealed class PublishFollower : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly FleetFacts _facts;
    private readonly GenerationRegistry _registry;
    private readonly GenerationFetcher _fetcher;
    private readonly PutFollower _puts;
    private readonly ServingLease _lease;
    private readonly TruthClock _truth;
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _bounding = new();
    private long _followed;
    private long _told;
    private volatile bool _isJoined;

    public PublishFollower(
        FleetFacts facts, GenerationRegistry registry, GenerationFetcher fetcher, PutFollower puts, ServingLease lease, TruthClock truth, Heartbeat heartbeat, TimeProvider clock,
        ILogger<PublishFollower> logger)
    {
        (_facts, _registry, _fetcher, _puts, _lease, _truth, _heartbeat, _clock, _logger) = (facts, registry, fetcher, puts, lease, truth, heartbeat, clock, logger);
        facts.Changed += Follow;
        fetcher.Fetched += Wake;
        puts.CaughtUp += Wake;
    }

    /// <summary>Number of the publish that this node has followed.</summary>
    public long Followed => Volatile.Read(ref _followed);

    /// <summary>Whether this node answers from what the fleet has agreed upon, or there is nothing yet.</summary>
    public bool IsUpToDate => _facts.Now.Published is not { } published || published.Number == Followed;

    /// <summary>Whether the instant of a publish has passed that this node has not followed.</summary>
    public bool IsLate => _facts.Now.Published is { } published && published.Number != Followed && _clock.GetTimestamp() >= _truth.TimestampOf(published.At);

    /// <summary>Truth's clock is known and truth has been followed to its end once: from here on what is agreed upon is carried out.</summary>
    public void Join()
    {
        _isJoined = true;
        Follow(_facts.Now);
    }

    public override void Dispose()
    {
        _facts.Changed -= Follow;
        _fetcher.Fetched -= Wake;
        _puts.CaughtUp -= Wake;
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_isJoined && !IsUpToDate ? Again : Timeout.InfiniteTimeSpan, stoppingToken);
                while (_facts.Now.Published is { } published && published.Number != Followed && await CarryOutAsync(published, stoppingToken))
                {
                    // Another one may have been announced meanwhile.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    /// <returns>False: it cannot be carried out yet; it is tried again when something has come, and once a second.</returns>
    private async Task<bool> CarryOutAsync(CurrentFact published, CancellationToken cancellation)
    {
        if (!_fetcher.Has(published.Generation))
        {
            if (IsNews(published)) Log.PublishWaits(_logger, published.Generation);
            return false;
        }

        try
        {
            // In memory, with all that was put into it, it waits for its instant.
            await Task.Run(() => _registry.Prepare(published.Generation), cancellation);
            if (_puts.Find(published.Generation) is not { } generation || !_puts.IsFollowed(generation))
            {
                _puts.Wake();
                return false;
            }

            var left = _clock.GetElapsedTime(_clock.GetTimestamp(), _truth.TimestampOf(published.At));
            if (left > TimeSpan.Zero) await Task.Delay(left, _clock, cancellation);
            if (_facts.Now.Published != published) return true;
            await Task.Run(() => _registry.Publish(published.Generation, force: true), cancellation);
        }
        catch (Exception e) when (e is GenerationException or IOException or UnauthorizedAccessException)
        {
            if (IsNews(published)) Log.PublishFailed(_logger, published.Generation, e.Message);
            return false;
        }

        lock (_bounding)
        {
            // Another one may have been announced meanwhile: there is no moment in which the lease is bound to neither.
            Volatile.Write(ref _followed, published.Number);
            if (_facts.Now.Published is { } newer && newer.Number != published.Number) Bind(newer);
            else _lease.Unbound();
        }

        _heartbeat.Hurry();
        return true;
    }

    // Said once for each publish, however often it is tried.
    private bool IsNews(CurrentFact published) => Interlocked.Exchange(ref _told, published.Number) != published.Number;

    // On the thread that follows truth: the bound must stand before a lease is renewed by what it has learned.
    private void Follow(FleetFacts.Snapshot agreed)
    {
        if (!_isJoined) return;
        lock (_bounding)
        {
            if (agreed.Published is { } published && published.Number != Followed) Bind(published);
        }

        Wake();
    }

    private void Bind(CurrentFact published) => _lease.Bound(_truth.TimestampOf(published.At));

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
        catch (ObjectDisposedException)
        {
            // The server stops.
        }
    }
}
