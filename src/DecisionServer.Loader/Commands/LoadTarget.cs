using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>One server's part in a load: all of it, or the shards that a node owns. The calls about the generation as a whole, but for publishing it.</summary>
internal sealed class LoadTarget(Server server, string node, LoadOptions options, string source, LoadLedger ledger, LoadProgress progress)
{
    // The latest: every resumption gives another token.
    private LoadSession? _session;

    public Server Server => server;

    /// <summary>The node's name; empty: the only server there is.</summary>
    public string Node => node;

    public LoadLedger Ledger => ledger;

    /// <summary>Sets to come, about.</summary>
    public long Expected { get; set; }

    /// <summary>Whether loading has begun.</summary>
    public bool HasBegun => _session is not null;

    /// <summary>The load as the server last gave it.</summary>
    public LoadSession Session => _session ?? throw new InvalidOperationException("the load has not begun");

    /// <summary>Begins, or takes up what was begun.</summary>
    public async Task<LoadSession> BeginAsync(bool resume, CancellationToken cancellationToken)
    {
        var request = new BeginGenerationRequest { GenerationId = options.GenerationId, Resume = resume, Source = source, ExpectedOfferSets = Expected };

        // A first beginning is not repeated: if its answer was lost, the generation is there and belongs to nobody.
        var begun = resume
            ? await server.CallAsync($"resuming '{options.GenerationId}'{Where}", options.Send.Patience, call => server.Ingest.BeginGenerationAsync(request, call), cancellationToken).ConfigureAwait(false)
            : await server.CallAsync($"beginning '{options.GenerationId}'{Where}", call => server.Ingest.BeginGenerationAsync(request, call), cancellationToken).ConfigureAwait(false);
        Reconcile(begun.Generation);
        return _session = LoadSession.Create(begun);
    }

    /// <summary>Sends the catalogue, unless it is there.</summary>
    public async Task SendOffersAsync(IReadOnlyList<IReadOnlyList<Offer>> batches, CancellationToken cancellationToken)
    {
        if (!Session.OffersLoaded) await OfferSender.LoadAsync(server, Session, batches, options.Send.Patience, cancellationToken).ConfigureAwait(false);
        _session = Session with { OffersLoaded = true };
    }

    /// <summary>The generation as the server has it.</summary>
    public async Task<Generation> GetAsync(CancellationToken cancellationToken)
    {
        var request = new GetGenerationRequest { GenerationId = options.GenerationId };
        var answer = await server.CallAsync($"asking for '{options.GenerationId}'{Where}", options.Send.Patience, call => server.Ingest.GetGenerationAsync(request, call), cancellationToken).ConfigureAwait(false);
        Reconcile(answer.Generation);
        return answer.Generation;
    }

    /// <summary>Seals it. Sealing is not repeated blindly: if the answer was lost, the generation's state tells whether it took place.</summary>
    public async Task<Generation> SealAsync(SealGenerationRequest counts, CancellationToken cancellationToken)
    {
        (counts.GenerationId, counts.LoadToken, counts.Limits) = (options.GenerationId, Session.Token, options.Limits);
        var retry = server.Retry(options.Send.Patience);
        while (true)
        {
            try
            {
                return (await server.Ingest.SealGenerationAsync(counts, server.LongOptions(cancellationToken)).ConfigureAwait(false)).Generation;
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Transient.IsWorthRetrying(failure) || !await retry.WaitAsync(cancellationToken).ConfigureAwait(false))
                    throw ServerException.Of($"sealing '{options.GenerationId}'{Where}", failure);
            }

            var generation = await GetAsync(cancellationToken).ConfigureAwait(false);
            if (generation.State != GenerationState.Loading) return generation;
            counts.LoadToken = (await BeginAsync(resume: true, cancellationToken).ConfigureAwait(false)).Token;
        }
    }

    private string Where => node.Length == 0 ? "" : $" on {node}";

    private void Reconcile(Generation generation)
    {
        var unseen = ledger.Reconcile(generation);
        if (unseen > 0) progress.Say($"{Text.Number(unseen)} sets were refused before, their rows were told then");
    }
}
