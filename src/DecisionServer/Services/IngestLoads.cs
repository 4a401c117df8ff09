using System.Threading.Channels;
using DecisionServer.Services.Journaling;
using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>The bulk calls of loading: offers, chunks of offer sets, and single members' sets.</summary>
public sealed class IngestLoads(GenerationRegistry generations, Serving serving, TruthWriter truth, IGenerationPuts? fleet = null)
{
    private const int MaxPutSets = 10_000;
    private const int MaxOfferErrors = 20;

    // Enough to be busy while an acknowledgement goes out and the next chunks come in; some 4 MiB are received beyond them (KestrelSetup).
    private const int ChunksUnderWay = 8;
    private static readonly WriteOptions HeldBack = new(WriteFlags.BufferHint);

    /// <summary>Takes in a catalogue, sent in parts.</summary>
    /// <exception cref="RpcException">Offers are at fault (the first <see cref="MaxOfferErrors"/> faults are named), or the load is not open.</exception>
    public async Task<LoadOffersResponse> LoadOffers(IAsyncStreamReader<LoadOffersRequest> requests, ServerCallContext context)
    {
        LoadSession? load = null;
        string token = "";
        var offers = new List<OfferConfig>();
        var errors = new List<string>();
        var faults = new List<string>();
        while (await requests.MoveNext(context.CancellationToken))
        {
            LoadOffersRequest request = requests.Current;
            if (load is null)
            {
                token = request.LoadToken;
                load = Open(request.GenerationId, token);
            }

            foreach (V1.Offer offer in request.Offers)
            {
                offers.Add(OfferMapping.ToConfig(offer, faults));
                errors.AddRange(faults.Select(fault => $"offers[{offers.Count - 1}].{fault} (offer '{offer.OfferId}')"));
                faults.Clear();
            }

            if (offers.Count > CatalogueSnapshot.MaxOffers)
            {
                throw Errors.InvalidArgument("offers", $"holds more than {CatalogueSnapshot.MaxOffers} elements");
            }

            if (errors.Count >= MaxOfferErrors)
            {
                break;
            }
        }

        if (errors.Count > 0)
        {
            throw Errors.InvalidArgument(string.Join("; ", errors.Take(MaxOfferErrors)));
        }

        if (load is null)
        {
            throw Errors.InvalidArgument("generation_id", "is empty (no message was sent)");
        }

        return GenerationErrors.Translate(() =>
        {
            load.LoadOffers(token, offers);
            return new LoadOffersResponse { Offers = offers.Count };
        });
    }

    /// <summary>Takes in chunks of one stream, acknowledging each once it is stored.</summary>
    /// <remarks>Reading, storing and acknowledging go on beside each other: a load that gives way to decisions must not wait for a processor at every chunk three times over.</remarks>
    public async Task LoadOfferSets(
        IAsyncStreamReader<LoadOfferSetsRequest> requests, IServerStreamWriter<LoadOfferSetsResponse> responses, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var chunks = Channel.CreateBounded<(ulong Sequence, Task<ChunkResult> Result)>(ChunksUnderWay);
        Task reading = Read(requests, chunks.Writer, stop.Token);
        try
        {
            await Acknowledge(chunks.Reader, responses, context.CancellationToken);
        }
        finally
        {
            // Where a chunk was refused, or the caller does not listen any more, nothing more is read.
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
    }

    /// <summary>Replaces single members' sets in the current generation.</summary>
    public Task<PutOfferSetsResponse> PutOfferSets(PutOfferSetsRequest request, ServerCallContext context)
    {
        Ids.Count(request.OfferSets.Count, "offer_sets", MaxPutSets);
        if (request.OfferSets.Count == 0)
        {
            throw Errors.InvalidArgument("offer_sets", "is empty");
        }

        return fleet is not null ? fleet.PutOfferSets(request, context) : truth.WriteElsewhere(
            nameof(PutOfferSets),
            request.IdempotencyKey,
            request,
            () => Task.Run(() => GenerationErrors.Translate(() => Put(request))),
            static response => response.Rejected.Count == 0,
            context);
    }

    private async Task Read(IAsyncStreamReader<LoadOfferSetsRequest> requests, ChannelWriter<(ulong, Task<ChunkResult>)> chunks, CancellationToken cancellation)
    {
        LoadSession? load = null;
        string token = "", stream = "";
        using var side = new SideThread();
        try
        {
            while (await requests.MoveNext(cancellation))
            {
                LoadOfferSetsRequest request = requests.Current;
                if (load is null)
                {
                    (token, stream) = (request.LoadToken, request.StreamId);
                    load = Open(request.GenerationId, token);
                }

                if (request.Packed.Length > 0 && request.OfferSets.Count > 0)
                {
                    throw Errors.InvalidArgument("packed", "is given beside offer_sets; a chunk holds one of them");
                }

                if (request.Compact.Length > 0 && (request.Packed.Length > 0 || request.OfferSets.Count > 0))
                {
                    throw Errors.InvalidArgument("compact", "is given beside packed or offer_sets; a chunk holds one of them");
                }

                await chunks.WriteAsync((request.Sequence, side.Run(() => Store(load, token, stream, request))), cancellation);
            }
        }
        finally
        {
            // What was read before is still acknowledged.
            chunks.Complete();
        }
    }

    private static async Task Acknowledge(
        ChannelReader<(ulong Sequence, Task<ChunkResult> Result)> chunks, IServerStreamWriter<LoadOfferSetsResponse> responses, CancellationToken cancellation)
    {
        while (await chunks.WaitToReadAsync(CancellationToken.None))
        {
            while (chunks.TryRead(out (ulong Sequence, Task<ChunkResult> Result) chunk))
            {
                ChunkResult result = await chunk.Result;

                // Acknowledgements wait for those that follow at once: one write instead of many.
                bool follows = chunks.TryPeek(out (ulong Sequence, Task<ChunkResult> Result) next) && next.Result.IsCompletedSuccessfully;
                responses.WriteOptions = follows ? HeldBack : null;
                await responses.WriteAsync(ToProto(chunk.Sequence, result), cancellation);
            }
        }
    }

    private PutOfferSetsResponse Put(PutOfferSetsRequest request)
    {
        IReadOnlyList<OfferSetConfig> sets = GenerationMapping.ToConfigs(request.OfferSets);
        ServingState state = serving.Acquire() ?? throw Errors.FailedPrecondition("no generation is current; load and publish one");
        try
        {
            IReadOnlyList<RejectedSet> rejected = state.Generation.PutOfferSets(sets);
            var response = new PutOfferSetsResponse { GenerationId = state.Generation.Id, Accepted = sets.Count - rejected.Count };
            response.Rejected.AddRange(rejected.Select(GenerationMapping.ToProto));
            return response;
        }
        finally
        {
            state.Generation.Release();
        }
    }

    private LoadSession Open(string generationId, string token)
    {
        Ids.Require(generationId, "generation_id");
        return GenerationErrors.Translate(() => generations.Load(generationId, token));
    }

    private static ChunkResult Store(LoadSession load, string token, string stream, LoadOfferSetsRequest request)
    {
        try
        {
            return request.OfferSets.Count > 0
                ? load.Store(token, stream, request.Sequence, GenerationMapping.ToConfigs(request.OfferSets))
                : request.Compact.Length > 0
                ? load.Store(token, stream, request.Sequence, request.Compact.Span, ChunkForm.Compact)
                : load.Store(token, stream, request.Sequence, request.Packed.Span);
        }
        catch (GenerationException refused)
        {
            throw GenerationErrors.Of(refused);
        }
    }

    private static LoadOfferSetsResponse ToProto(ulong sequence, ChunkResult result)
    {
        var response = new LoadOfferSetsResponse { Sequence = sequence, Accepted = result.Accepted, Repeated = result.Repeated };
        foreach (RejectedSet rejected in result.Rejected)
        {
            response.Rejected.Add(GenerationMapping.ToProto(rejected));
        }

        return response;
    }
}
