using DecisionServer.Store;

namespace DecisionServer.Fleet.Segments;

/// <summary>
/// Brings a generation here: from the shared directory where there is one, and from other nodes, the next one where one fails, going on behind what has come.
/// Every file is verified, and all of it once more while it is read into memory; then it is a sealed generation of this node. Works on threads that give way to decisions.
/// </summary>
public sealed class GenerationPull(
    GenerationRegistry generations, StoreOptions store, TransferOptions options, PeerChannels channels, TimeProvider clock, ILogger<GenerationPull> logger)
{
    /// <summary>Fetches a generation and takes it in. One at a time of an id.</summary>
    /// <param name="id">The generation.</param>
    /// <param name="contentHash">The content that is wanted; empty: whatever the first node has.</param>
    /// <param name="peers">Addresses of the nodes that may have it, asked for before each round.</param>
    /// <param name="shards">The shards wanted, which join others of the same generation here. Null: all that a node has.</param>
    /// <param name="cancellation">Ends it; what has come stays for the next attempt.</param>
    /// <returns>The generation, sealed.</returns>
    /// <exception cref="PullException">No node could give it; says what each one answered.</exception>
    /// <exception cref="GenerationException">It cannot be taken in: no room, or the id is taken by another content.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task<GenerationInfo> Fetch(string id, string contentHash, Func<IReadOnlyList<Uri>> peers, ShardSet? shards, CancellationToken cancellation)
    {
        using var disk = new SideThread();
        using StagedGeneration staged = await disk.Run(() => StagedGeneration.Open(store, id));
        if (staged.ContentHash.Length > 0 && ((contentHash.Length > 0 && staged.ContentHash != contentHash) || (shards is not null && !shards.Equals(staged.Shards))))
        {
            await disk.Run(() => Discard(staged));
        }

        var pull = new PullRun(staged, contentHash, shards, disk, options, channels, logger);
        long started = clock.GetTimestamp();
        TimeSpan backoff = options.FirstBackoff;
        for (int idle = 0; ;)
        {
            long before = await disk.Run(() => staged.Bytes);
            if (await pull.TakeShared() || await pull.Round(peers(), cancellation))
            {
                break;
            }

            bool progress = await disk.Run(() => staged.Bytes) > before;
            idle = progress ? 0 : idle + 1;
            backoff = progress ? options.FirstBackoff : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, options.LongestBackoff.Ticks));
            if (idle >= options.Rounds || pull.AllGaveDamage)
            {
                throw new PullException($"generation '{id}' cannot be fetched: {pull.Answers}");
            }

            // Begun from content that nobody has any more.
            if (!progress && contentHash.Length == 0 && pull.ContentRefused)
            {
                await disk.Run(() => Discard(staged));
            }

            await Task.Delay(backoff * (0.5 + Random.Shared.NextDouble()), clock, cancellation);
        }

        GenerationInfo info = await SideThread.RunAlone(() => Import(staged, cancellation));
        Log.Fetched(logger, id, info.SegmentBytes >> 20, clock.GetElapsedTime(started).TotalSeconds);
        return info;
    }

    /// <summary>Removes what attempts of before have left of generations that are not wanted any more. Not while one of them is being fetched.</summary>
    public Task Forget(Func<string, bool> isWanted) => SideThread.RunAlone(() =>
    {
        foreach (string id in StagedGeneration.Find(store).Where(id => !isWanted(id)))
        {
            try
            {
                StagedGeneration.Remove(store, id);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Log.NotDropped(logger, id, fault.Message);
            }
        }

        return true;
    });

    private GenerationInfo Import(StagedGeneration staged, CancellationToken cancellation)
    {
        try
        {
            return generations.Import(staged, cancellation);
        }
        catch (GenerationException fault) when (fault.Error == GenerationError.Damaged)
        {
            // Each file was good by itself: nothing of it can be of use.
            staged.Discard();
            throw;
        }
    }

    private static bool Discard(StagedGeneration staged)
    {
        staged.Discard();
        return true;
    }
}
