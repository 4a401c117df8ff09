using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Carries out one load, from reading the catalogue to publishing. In a sharded fleet each set goes to the node that owns its member.</summary>
internal sealed class LoadJob(LoadOptions options, Server server, LoaderHost host, FaultLog faults, LoadProgress progress)
{
    // A server that keeps losing what it acknowledged will not be cured by reading the files a third time.
    private const int MaxRewinds = 3;

    private readonly string _source = SourceFingerprint.Create(options);
    private LoadTargets? _targets;

    /// <exception cref="InputException">An input cannot be read on; the load can be resumed once it can.</exception>
    /// <exception cref="ServerException">The server refused, or was lost for too long.</exception>
    public async Task<LoadOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunStepsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (_targets is { } targets && targets.All.Any(target => target.HasBegun) && exception is InputException or OperationCanceledException or ServerException { IsUnreachable: true })
        {
            progress.Say(exception is not InputException && options.CanRewind
                ? $"'{options.GenerationId}' is left loading, nothing is published: the same command with --resume takes it up"
                : $"'{options.GenerationId}' is left loading, nothing is published: drop {options.GenerationId} before it is loaded again");
            throw;
        }
        finally
        {
            _targets?.Dispose();
        }
    }

    private async Task<LoadOutcome> RunStepsAsync(CancellationToken cancellationToken)
    {
        // 1. Read and check the catalogue, and the heads of all files, before the server hears of anything.
        var ids = new OfferIdTable();
        var rules = new OfferSetRules(ids, openCatalogue: false);
        await using var inputs = new SetInputs(options.SetInputs, rules, host.StandardInput);
        var batches = await ReadOffersAsync(ids, cancellationToken).ConfigureAwait(false);
        if (faults.IsExceeded) return new(LoadEnd.BadRows, null, null);
        await inputs.OpenAsync(cancellationToken).ConfigureAwait(false);
        var expected = options.ExpectedSets ?? await SetEstimate.CreateAsync(options.OfferSets, rules, cancellationToken).ConfigureAwait(false);

        // 2. Begin, and send the catalogue.
        _targets = await LoadTargets.FindAsync(server, options, _source, host, faults, progress, cancellationToken).ConfigureAwait(false);
        var targets = _targets.All;
        foreach (var target in targets)
        {
            target.Expected = _targets.Shards == 0 ? expected : expected * target.Expected / _targets.Shards;
            await target.BeginAsync(options.Resume, cancellationToken).ConfigureAwait(false);
        }

        var routes = _targets.Routes(options.GenerationId);
        await Task.WhenAll(targets.Select(target => target.SendOffersAsync(batches, cancellationToken))).ConfigureAwait(false);
        batches = [];

        // 3. Send the sets; from the beginning again if the server has lost some.
        var chunks = await SendSetsAsync(targets, routes, inputs, cancellationToken).ConfigureAwait(false);
        var generation = await SumAsync(target => target.GetAsync(cancellationToken)).ConfigureAwait(false);
        if (faults.IsExceeded) return new(LoadEnd.BadRows, generation, null);

        // 4. Seal, and publish.
        generation = await SumAsync(target => target.SealAsync(CountsOf(chunks, targets.IndexOf(target), ids.Count), cancellationToken)).ConfigureAwait(false);
        var passed = generation.State == GenerationState.Sealed;
        if (!options.Publish || (!passed && !options.Force)) return new(passed ? LoadEnd.Done : LoadEnd.GatesFailed, generation, null);
        var request = new PublishGenerationRequest { GenerationId = options.GenerationId, Force = options.Force && !passed, Quorum = options.Quorum, Wait = options.Wait };
        var published = await targets[0].Server.CallAsync(
            $"publishing '{options.GenerationId}'", options.Send.Patience, _ => targets[0].Server.Ingest.PublishGenerationAsync(request, server.LongOptions(cancellationToken)), cancellationToken).ConfigureAwait(false);
        if (targets.Count == 1) return new(passed ? LoadEnd.Done : LoadEnd.GatesFailed, published.Generation, published.PreviousGenerationId);
        (generation.State, generation.PublishedAt) = (published.Generation.State, published.Generation.PublishedAt);
        return new(passed ? LoadEnd.Done : LoadEnd.GatesFailed, generation, published.PreviousGenerationId);
    }

    private async Task<IReadOnlyList<IReadOnlyList<Offer>>> ReadOffersAsync(OfferIdTable ids, CancellationToken cancellationToken)
    {
        var source = await InputSource.OpenAsync(options.Offers, host.StandardInput, cancellationToken).ConfigureAwait(false);
        await using var reader = await OfferReader.CreateAsync(source, ids, cancellationToken).ConfigureAwait(false);
        return await OfferBatches.ReadAsync(reader, faults, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChunkReader> SendSetsAsync(IReadOnlyList<LoadTarget> targets, ShardRoutes routes, SetInputs inputs, CancellationToken cancellationToken)
    {
        for (var rewinds = 0; ; rewinds++)
        {
            var pool = new ChunkPool(options.ChunkBytes);
            using var senders = new ChunkSenders([.. targets.Select(target => Sender(target, pool))]);
            var chunks = new ChunkReader(inputs.Readers, pool, faults, routes);
            progress.Reading(chunks);
            try
            {
                await SendAsync([.. targets.Select(target => target.Session)], senders, chunks, cancellationToken).ConfigureAwait(false);
                return chunks;
            }
            catch (RewindException rewind)
            {
                if (!options.CanRewind || rewinds == MaxRewinds)
                    throw new ServerException($"{rewind.Message}, and {(options.CanRewind ? "did so again and again" : "stdin cannot be read a second time")}: drop '{options.GenerationId}' and load it again", false, rewind);
                progress.Say($"{rewind.Message}; reading the files again from the beginning");
                faults.Restart();
            }

            await inputs.OpenAsync(cancellationToken).ConfigureAwait(false);
            foreach (var target in targets)
            {
                var session = await target.BeginAsync(resume: true, cancellationToken).ConfigureAwait(false);
                if (!session.OffersLoaded) throw new ServerException($"the server has lost the catalogue of '{options.GenerationId}': drop it and load it again", false);
            }
        }
    }

    private ChunkSender Sender(LoadTarget target, ChunkPool pool)
    {
        var sender = new ChunkSender(target.Server, options.Send, target.Ledger, pool, token => target.BeginAsync(resume: true, token), host.Clock, progress.Say);
        sender.Begin(target.Session);
        return sender;
    }

    private async Task SendAsync(IReadOnlyList<LoadSession> sessions, ChunkSenders senders, ChunkReader chunks, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = senders.RunAsync(sessions, stop.Token);
        var reading = ReadAsync(senders, chunks, stop.Token);
        if (await Task.WhenAny(sending, reading).ConfigureAwait(false) == reading && reading.IsCompletedSuccessfully && !faults.IsExceeded)
        {
            await sending.ConfigureAwait(false);
            return;
        }

        // One of the two has failed, or there are too many bad rows: what is under way is left behind, and the first failure is told.
        if (reading.IsFaulted || faults.IsExceeded) await stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stop.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (faults.IsExceeded) return;
        if (reading.IsFaulted) await reading.ConfigureAwait(false);
        await sending.ConfigureAwait(false);
    }

    private async Task ReadAsync(ChunkSenders senders, ChunkReader chunks, CancellationToken cancellationToken)
    {
        // On a thread of its own: parsing must not hold up the acknowledgements.
        await Task.Yield();
        while (await chunks.ReadAsync(cancellationToken).ConfigureAwait(false) is { } chunk) await senders.SendAsync(chunk, cancellationToken).ConfigureAwait(false);
        if (!faults.IsExceeded) senders.Complete();
    }

    private async Task<Generation> SumAsync(Func<LoadTarget, Task<Generation>> ask)
    {
        var shares = await Task.WhenAll(_targets!.All.Select(async target => (target.Node, await ask(target).ConfigureAwait(false)))).ConfigureAwait(false);
        return GenerationSum.Of(shares);
    }

    // Whose a bad row would have been is not known: each node takes its share of them, so that the gate judges the same on all.
    private static SealGenerationRequest CountsOf(ChunkReader chunks, int target, int offers)
    {
        var counts = chunks.Counts[target];
        return new SealGenerationRequest
        {
            Offers = offers,
            OfferSets = counts.OfferSets,
            AffinitySets = counts.AffinitySets,
            RejectedByLoader = chunks.Counts.Count == 1 ? chunks.RefusedSets : chunks.RefusedSets * counts.Sets / Math.Max(1, chunks.Sets),
        };
    }
}
