using System.Runtime.CompilerServices;
using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Fleet.Puts;

/// <summary>
/// Takes into the generations here what any node has put into them. News and catching up only tell that there is something; it is read from truth, in order, from the place
/// on that each generation's own log knows. So it does not matter how a generation came here, nor what was missed: a generation that is behind its place is caught up.
/// </summary>
/// <remarks>
/// Not on the thread that follows truth: it waits for disks. What must keep its order does not depend on that: puts among each other by their places, erasures by the number
/// that each put carries (<see cref="PutInbox"/>).
/// </remarks>
internal sealed class PutFollower : BackgroundService
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly ISharedJournal _journal;
    private readonly PutPlaces _places;
    private readonly PutInbox _inbox;
    private readonly GenerationFetcher _fetcher;
    private readonly TruthOpened _opened;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _gate = new();

    // Generations that leave memory are forgotten here by themselves.
    private readonly ConditionalWeakTable<Generation, StrongBox<long>> _followed = [];
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _told = "";

    public PutFollower(ISharedJournal journal, PutPlaces places, PutInbox inbox, GenerationFetcher fetcher, TruthOpened opened, ILogger<PutFollower> logger)
    {
        (_journal, _places, _inbox, _fetcher, _opened, _logger) = (journal, places, inbox, fetcher, opened, logger);
        places.Changed += Wake;
        fetcher.Fetched += Wake;
    }

    /// <summary>Raised when a generation has caught up. Must not block and must not throw.</summary>
    public event Action? CaughtUp;

    /// <summary>Whether all generations in memory hold all that is known to have been put into them.</summary>
    public bool IsUpToDate => _inbox.Generations.All(IsFollowed);

    /// <summary>The generation of an id in memory; null: it is not there.</summary>
    public Generation? Find(string id) => _inbox.Generations.FirstOrDefault(generation => generation.Id == id);

    /// <summary>Whether a generation holds all that is known to have been put into it.</summary>
    public bool IsFollowed(Generation generation) => FollowedTo(generation) >= _places[generation.Id];

    /// <summary>Waits until a generation is in memory and holds all that is known now to have been put into it. False: the time was up.</summary>
    public async Task<bool> FollowedAsync(string id, TimeSpan patience, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(patience);
        var place = _places[id];
        while (true)
        {
            // The signal first: what moves between the two lines is not missed.
            Task moved;
            lock (_gate) moved = _moved.Task;
            if (Find(id) is { } generation && FollowedTo(generation) >= place) return true;
            Wake();
            try
            {
                await moved.WaitAsync(time.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <summary>Looks whether something is to be followed.</summary>
    public void Wake()
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

    public override void Dispose()
    {
        _places.Changed -= Wake;
        _fetcher.Fetched -= Wake;
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await _opened.WaitAsync(stoppingToken)) return;
        try
        {
            while (true)
            {
                foreach (var generation in _inbox.Generations) await FollowAsync(generation, stoppingToken);
                await _wake.WaitAsync(Again, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; the place is in the generation's log.
        }
    }

    private async Task FollowAsync(Generation generation, CancellationToken cancellation)
    {
        try
        {
            while (!IsFollowed(generation))
            {
                // 1. What there is up to the place that is known now. This node has followed truth so far, and knows who was erased before.
                var (truth, known) = (_journal.Epoch, _places[generation.Id]);
                while (true)
                {
                    var puts = await _journal.ReadPuts(generation.Id, PutInbox.PlaceOf(generation, truth), known, cancellation);
                    if (puts.Count == 0) break;

                    // 2. It waits for the disk.
                    await Task.Run(() => _inbox.Take(generation, truth, puts), cancellation);
                    if (!PutInbox.PlaceOf(generation, truth).Equals(puts[^1].Place)) return;
                }

                Followed(generation, known);
            }
        }
        catch (Exception e) when (e is JournalUnavailableException or GenerationException or CatalogueException)
        {
            // Tried again; said once for each reason.
            if (_told != e.Message) Log.PutsWait(_logger, generation.Id, e.Message);
            _told = e.Message;
        }
    }

    private void Followed(Generation generation, long place)
    {
        TaskCompletionSource moved;
        _followed.GetOrCreateValue(generation).Value = place;
        lock (_gate) (moved, _moved) = (_moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        moved.SetResult();
        CaughtUp?.Invoke();
    }

    private long FollowedTo(Generation generation) => _followed.TryGetValue(generation, out var place) ? place.Value : 0;
}
