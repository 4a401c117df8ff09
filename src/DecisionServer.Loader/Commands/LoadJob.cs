using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>Carries out one load, from reading the catalogue to publishing.</summary>
internal sealed class LoadJob(LoadOptions options, Server server, LoaderHost host, FaultLog faults, LoadProgress progress)
{
    // A server that keeps losing what it acknowledged will not be cured by reading the files a third time.
    private const int MaxRewinds = 3;

    private readonly string _source = SourceFingerprint.Create(options);
    private readonly LoadLedger _ledger = progress.Ledger;
    private long _expected;

    // The latest: every resumption gives another token.
    private LoadSession? _session;

    /// <exception cref="InputException">An input cannot be read on; the load can be resumed once it can.</exception>
    /// <exception cref="ServerException">The server refused, or was lost for too long.</exception>
    public async Task<LoadOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunStepsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (_session is not null && exception is InputException or OperationCanceledException or ServerException { IsUnreachable: true })
        {
            progress.Say(exception is not InputException && options.CanRewind
                ? $"'{options.GenerationId}' is left loading, nothing is published: the same command with --resume takes it up"
                : $"'{options.GenerationId}' is left loading, nothing is published: drop {options.GenerationId} before it is loaded again");
            throw;
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
        _expected = options.ExpectedSets ?? await SetEstimate.CreateAsync(options.OfferSets, rules, cancellationToken).ConfigureAwait(false);

        // 2. Begin, and send the catalogue.
        var session = await BeginAsync(options.Resume, cancellationToken).ConfigureAwait(false);
        if (!session.OffersLoaded) await OfferSender.LoadAsync(server, session, batches, options.Send.Patience, cancellationToken).ConfigureAwait(false);
        session = session with { OffersLoaded = true };
        batches = [];

        // 3. Send the sets; from the beginning again if the server has lost some.
        var chunks = await SendSetsAsync(session, inputs, cancellationToken).ConfigureAwait(false);
        var generation = await GetAsync(cancellationToken).ConfigureAwait(false);
        Reconcile(generation);
        if (faults.IsExceeded) return new(LoadEnd.BadRows, generation, null);

        // 4. Seal, and publish.
        generation = await SealAsync(chunks, ids.Count, cancellationToken).ConfigureAwait(false);
        var passed = generation.State == GenerationState.Sealed;
        if (!options.Publish || (!passed && !options.Force)) return new(passed ? LoadEnd.Done : LoadEnd.GatesFailed, generation, null);
        var request = new PublishGenerationRequest { GenerationId = options.GenerationId, Force = options.Force && !passed, Quorum = options.Quorum, Wait = options.Wait };
        var published = await server.CallAsync(
            $"publishing '{options.GenerationId}'", options.Send.Patience, _ => server.Ingest.PublishGenerationAsync(request, server.LongOptions(cancellationToken)), cancellationToken).ConfigureAwait(false);
        return new(passed ? LoadEnd.Done : LoadEnd.GatesFailed, published.Generation, published.PreviousGenerationId);
    }

    private async Task<IReadOnlyList<IReadOnlyList<Offer>>> ReadOffersAsync(OfferIdTable ids, CancellationToken cancellationToken)
    {
        var source = await InputSource.OpenAsync(options.Offers, host.StandardInput, cancellationToken).ConfigureAwait(false);
        await using var reader = await OfferReader.CreateAsync(source, ids, cancellationToken).ConfigureAwait(false);
        return await OfferBatches.ReadAsync(reader, faults, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChunkReader> SendSetsAsync(LoadSession session, SetInputs inputs, CancellationToken cancellationToken)
    {
        for (var rewinds = 0; ; rewinds++)
        {
            var pool = new ChunkPool(options.ChunkBytes);
            using var sender = new ChunkSender(server, options.Send, _ledger, pool, token => BeginAsync(resume: true, token), host.Clock, progress.Say);
            var chunks = new ChunkReader(inputs.Readers, pool, faults);
            progress.Reading(chunks);
            sender.Begin(session);
            try
            {
                await SendAsync(session, sender, chunks, cancellationToken).ConfigureAwait(false);
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
            session = await BeginAsync(resume: true, cancellationToken).ConfigureAwait(false);
            if (!session.OffersLoaded) throw new ServerException($"the server has lost the catalogue of '{options.GenerationId}': drop it and load it again", false);
        }
    }

    private async Task SendAsync(LoadSession session, ChunkSender sender, ChunkReader chunks, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = sender.RunAsync(session, stop.Token);
        var reading = ReadAsync(sender, chunks, stop.Token);
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

    private async Task ReadAsync(ChunkSender sender, ChunkReader chunks, CancellationToken cancellationToken)
    {
        // On a thread of its own: parsing must not hold up the acknowledgements.
        await Task.Yield();
        while (await chunks.ReadAsync(cancellationToken).ConfigureAwait(false) is { } chunk) await sender.SendAsync(chunk, cancellationToken).ConfigureAwait(false);
        if (!faults.IsExceeded) sender.Complete();
    }

    private async Task<LoadSession> BeginAsync(bool resume, CancellationToken cancellationToken)
    {
        var request = new BeginGenerationRequest { GenerationId = options.GenerationId, Resume = resume, Source = _source, ExpectedOfferSets = _expected };

        // A first beginning is not repeated: if its answer was lost, the generation is there and belongs to nobody.
        var begun = resume
            ? await server.CallAsync($"resuming '{options.GenerationId}'", options.Send.Patience, call => server.Ingest.BeginGenerationAsync(request, call), cancellationToken).ConfigureAwait(false)
            : await server.CallAsync($"beginning '{options.GenerationId}'", call => server.Ingest.BeginGenerationAsync(request, call), cancellationToken).ConfigureAwait(false);
        Reconcile(begun.Generation);
        return _session = LoadSession.Create(begun);
    }

    private async Task<Generation> GetAsync(CancellationToken cancellationToken)
    {
        var request = new GetGenerationRequest { GenerationId = options.GenerationId };
        var answer = await server.CallAsync($"asking for '{options.GenerationId}'", options.Send.Patience, call => server.Ingest.GetGenerationAsync(request, call), cancellationToken).ConfigureAwait(false);
        return answer.Generation;
    }

    private void Reconcile(Generation generation)
    {
        var unseen = _ledger.Reconcile(generation);
        if (unseen > 0) progress.Say($"{Text.Number(unseen)} sets were refused before, their rows were told then");
    }

    // Sealing is not repeated blindly: if the answer was lost, the generation's state tells whether it took place.
    private async Task<Generation> SealAsync(ChunkReader chunks, int offers, CancellationToken cancellationToken)
    {
        var request = new SealGenerationRequest
        {
            GenerationId = options.GenerationId,
            LoadToken = _session!.Token,
            Offers = offers,
            OfferSets = chunks.OfferSets,
            AffinitySets = chunks.AffinitySets,
            Limits = options.Limits,
            RejectedByLoader = chunks.RefusedSets,
        };
        var retry = server.Retry(options.Send.Patience);
        while (true)
        {
            try
            {
                return (await server.Ingest.SealGenerationAsync(request, server.LongOptions(cancellationToken)).ConfigureAwait(false)).Generation;
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Transient.IsWorthRetrying(failure) || !await retry.WaitAsync(cancellationToken).ConfigureAwait(false))
                    throw ServerException.Of($"sealing '{options.GenerationId}'", failure);
            }

            var generation = await GetAsync(cancellationToken).ConfigureAwait(false);
            if (generation.State != GenerationState.Loading) return generation;
            request.LoadToken = (await BeginAsync(resume: true, cancellationToken).ConfigureAwait(false)).Token;
        }
    }
}
