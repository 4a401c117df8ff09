using DecisionServer.Journal;
using DecisionServer.Options;
using DecisionServer.Services;
using DecisionServer.Services.Journaling;
using DecisionServer.Services.Members;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf;
using Grpc.Core;
using Generation = DecisionServer.Store.Generation;

namespace DecisionServer.Fleet.Puts;

/// <summary>
/// Puts sets and offers into the generation that is current in the fleet: packed here, in truth before anything else, then taken in by every node. Answered when this node
/// shows it.
/// </summary>
internal sealed class FleetPuts(
    ISharedJournal journal, FleetFacts facts, PutFollower follower, Serving serving, FleetOptions options, TimeProvider clock)
    : IGenerationPuts, IDisposable
{
    // So long a commit may hold up all others. Its message is sent in one piece of about this length.
    private const int PartBytes = 192 << 10;
    private const int PartsAtOnce = 4;

    // Each time somebody else has put offers, or published.
    private const int MostTries = 10;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _room = new(PartsAtOnce);

    public Task<PutOfferSetsResponse> PutOfferSets(PutOfferSetsRequest request, ServerCallContext context)
    {
        var sets = GenerationMapping.ToConfigs(request.OfferSets);
        return PutAsync(Key(nameof(PutOfferSets), request.IdempotencyKey, request), Pack, context.CancellationToken);

        Packed<PutOfferSetsResponse> Pack(Generation generation)
        {
            var packed = generation.Pack(sets, PartBytes, out var rejected);
            var response = new PutOfferSetsResponse { GenerationId = generation.Id, Accepted = sets.Count - rejected.Count };
            response.Rejected.AddRange(rejected.Select(GenerationMapping.ToProto));
            return new([.. packed.Parts.DefaultIfEmpty([]).Select(part => new PutOrder(generation.Id, PutKind.Sets, packed.Catalogue, part))], response);
        }
    }

    public Task<PutOffersResponse> PutOffers(PutOffersRequest request, IReadOnlyList<OfferConfig> offers, ServerCallContext context)
    {
        return PutAsync(Key(nameof(PutOffers), request.IdempotencyKey, request), Pack, context.CancellationToken);

        Packed<PutOffersResponse> Pack(Generation generation)
        {
            var (packed, added, replaced) = PackOffers(generation, offers);
            var order = new PutOrder(generation.Id, PutKind.Offers, packed.Catalogue, packed.Parts[0])
            {
                Audit = (AuditNames.Of(offers.Select(offer => offer.OfferId)), $"{offers.Count} offers into {generation.Id}"),
            };
            return new([order], new PutOffersResponse { Added = added, Replaced = replaced, GenerationId = generation.Id });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();

    private static (PackedPut Packed, int Added, int Replaced) PackOffers(Generation generation, IReadOnlyList<OfferConfig> offers)
    {
        try
        {
            var packed = generation.Pack(offers, out var added, out var replaced);
            return (packed, added, replaced);
        }
        catch (CatalogueException e)
        {
            throw OfferWriter.Refused(e);
        }
    }

    private async Task<TResponse> PutAsync<TResponse>(PutKey key, Func<Generation, Packed<TResponse>> pack, CancellationToken cancellation)
        where TResponse : class, IMessage<TResponse>, new()
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var generation = Current();
            var packed = await Task.Run(() => GenerationErrors.Translate(() => pack(generation)), cancellation);
            var result = await WriteAsync(key, packed, cancellation);
            switch (result.Outcome)
            {
                case PutOutcome.Given:
                    return result.Answer!;
                case PutOutcome.Done:
                    await ShownAsync(generation.Id, cancellation);
                    return result.Answer!;
            }

            await CatchUpAsync(generation.Id, cancellation);
        }

        throw Errors.Unavailable("the catalogue was changed by others again and again; nothing, or only a part of the sets, was put: try again with the same idempotency key", RetryAfter);
    }

    // The last part brings the answer. Until then the key is unused: what is put once more is the same.
    private async Task<PutResult<TResponse>> WriteAsync<TResponse>(PutKey key, Packed<TResponse> packed, CancellationToken cancellation)
        where TResponse : class, IMessage<TResponse>, new()
    {
        PutResult<TResponse> result = default;
        for (var i = 0; i < packed.Orders.Count; i++)
        {
            var command = new PutCommand<TResponse>(packed.Orders[i], key, i == packed.Orders.Count - 1 ? packed.Answer : null);
            await _room.WaitAsync(cancellation);
            try
            {
                result = await JournalCalls.Run(journal, command, cancellation);
            }
            finally
            {
                _room.Release();
            }

            if (result.Outcome != PutOutcome.Done) break;
        }

        return result;
    }

    // What the fleet has agreed upon: from the announcement of a publish on it is put into what comes, for what serves until then is about to go.
    private Generation Current()
    {
        if (facts.Now.Published is not { } published) throw OfferWriter.NoGeneration();
        return follower.Find(published.Generation)
            ?? throw Errors.Unavailable($"generation '{published.Generation}' is current in the fleet and not complete here yet; ask another node, or again later", RetryAfter);
    }

    private async Task CatchUpAsync(string generation, CancellationToken cancellation)
    {
        try
        {
            await journal.CatchUp(cancellation);
        }
        catch (JournalUnavailableException e)
        {
            throw Errors.Unavailable($"{e.Message}; try again with the same idempotency key", e.RetryAfter);
        }

        await follower.FollowedAsync(generation, options.Lease, cancellation);
    }

    // It is in truth, whatever comes: whether it can be seen here is waited for, but not for ever.
    private async Task ShownAsync(string generation, CancellationToken cancellation)
    {
        var (begun, patience) = (clock.GetTimestamp(), options.Notice + options.Lease);
        if (!await follower.FollowedAsync(generation, patience, cancellation)) return;
        while (serving.Current?.Generation.Id != generation && facts.Now.Published?.Generation == generation && clock.GetElapsedTime(begun) < patience)
            await Task.Delay(options.Beat / 4, clock, cancellation);
    }

    private static PutKey Key(string method, string key, IMessage request)
    {
        Ids.Optional(key, "idempotency_key");
        return new PutKey(method, key, key.Length == 0 ? default : RequestHash.Of(request));
    }

    private sealed record Packed<TResponse>(IReadOnlyList<PutOrder> Orders, TResponse Answer);
}
