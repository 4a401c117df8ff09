using DecisionServer.Fleet;
using DecisionServer.Fleet.Sharding;
using DecisionServer.Services.Journaling;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Loading, publishing and rolling back generations. Rules are the store's and the fleet's; here messages are translated, and acts are noted in the journal.</summary>
internal sealed class IngestGrpcService(GenerationRegistry generations, IGenerationLifecycle lifecycle, IngestLoads loads, TruthWriter truth, ShardOwnership? ownership = null)
    : IngestService.IngestServiceBase
{
    private const int MaxSourceBytes = 4096;
    private const int MaxQuorum = 1_000;
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override Task<BeginGenerationResponse> BeginGeneration(BeginGenerationRequest request, ServerCallContext context) => Run(() =>
    {
        Ids.Require(request.GenerationId, "generation_id");
        Ids.Text(request.Source, "source", MaxSourceBytes);
        if (request.ExpectedOfferSets is < 0 or > 1_000_000_000)
        {
            throw Errors.InvalidArgument("expected_offer_sets", $"is {request.ExpectedOfferSets}, it must be 0 to 1,000,000,000");
        }

        BegunLoad begun = generations.Begin(request.GenerationId, request.ExpectedOfferSets, request.Resume, request.Source, Shards());
        var response = new BeginGenerationResponse
        {
            Generation = GenerationMapping.ToProto(begun.Generation),
            LoadToken = begun.Token,
            OffersLoaded = begun.OffersLoaded,
        };
        response.Positions.AddRange(begun.Positions.Select(position => new StreamPosition { StreamId = position.StreamId, Sequence = position.Sequence }));
        return response;
    });

    /// <inheritdoc/>
    public override Task<LoadOffersResponse> LoadOffers(IAsyncStreamReader<LoadOffersRequest> requestStream, ServerCallContext context) =>
        loads.LoadOffers(requestStream, context);

    /// <inheritdoc/>
    public override Task LoadOfferSets(
        IAsyncStreamReader<LoadOfferSetsRequest> requestStream, IServerStreamWriter<LoadOfferSetsResponse> responseStream, ServerCallContext context) =>
        loads.LoadOfferSets(requestStream, responseStream, context);

    /// <inheritdoc/>
    public override Task<SealGenerationResponse> SealGeneration(SealGenerationRequest request, ServerCallContext context)
    {
        Ids.Require(request.GenerationId, "generation_id");
        return truth.Audited("seal", request.GenerationId, "", () => GenerationErrors.TranslateAsync(async () =>
        {
            GenerationInfo info = await SideThread.RunAlone(() => generations.Seal(request.GenerationId, request.LoadToken, GenerationMapping.ToSealRequest(request)));
            await lifecycle.Sealed(info);
            return new SealGenerationResponse { Generation = GenerationMapping.ToProto(info) };
        }));
    }

    /// <inheritdoc/>
    public override Task<PutOfferSetsResponse> PutOfferSets(PutOfferSetsRequest request, ServerCallContext context) => loads.PutOfferSets(request, context);

    /// <inheritdoc/>
    public override Task<PublishGenerationResponse> PublishGeneration(PublishGenerationRequest request, ServerCallContext context)
    {
        Ids.Require(request.GenerationId, "generation_id");
        PublishTerms terms = Terms(request.Quorum, request.Wait);
        return truth.Audited("publish", request.GenerationId, request.Force ? "by force" : "", () => GenerationErrors.TranslateAsync(async () =>
        {
            PublishedGeneration published = await lifecycle.Publish(request.GenerationId, request.Force, terms, context.CancellationToken);
            return new PublishGenerationResponse
            {
                Generation = GenerationMapping.ToProto(published.Generation),
                PreviousGenerationId = published.Previous,
                EffectiveAt = Timestamp.FromDateTimeOffset(published.At),
            };
        }));
    }

    /// <inheritdoc/>
    public override Task<RollbackGenerationResponse> RollbackGeneration(RollbackGenerationRequest request, ServerCallContext context)
    {
        PublishTerms terms = Terms(request.Quorum, request.Wait);
        return truth.Noted("roll back", "", () => GenerationErrors.TranslateAsync(async () =>
        {
            PublishedGeneration published = await lifecycle.Rollback(terms, context.CancellationToken);
            return new RollbackGenerationResponse
            {
                Generation = GenerationMapping.ToProto(published.Generation),
                PreviousGenerationId = published.Previous,
                EffectiveAt = Timestamp.FromDateTimeOffset(published.At),
            };
        }));
    }

    /// <inheritdoc/>
    public override Task<DropGenerationResponse> DropGeneration(DropGenerationRequest request, ServerCallContext context)
    {
        Ids.Require(request.GenerationId, "generation_id");
        return truth.Noted("drop", request.GenerationId, () => GenerationErrors.TranslateAsync(async () =>
        {
            await lifecycle.Drop(request.GenerationId);
            return new DropGenerationResponse();
        }));
    }

    /// <inheritdoc/>
    public override Task<GetGenerationResponse> GetGeneration(GetGenerationRequest request, ServerCallContext context) => Run(() =>
    {
        string id = Ids.Optional(request.GenerationId, "generation_id");
        if (id.Length == 0)
        {
            id = generations.List().FirstOrDefault(info => info.State == Store.GenerationState.Current)?.Id
                ?? throw Errors.NotFound("no generation is current; load and publish one");
        }

        return new GetGenerationResponse { Generation = GenerationMapping.ToProto(generations.Get(id)) };
    });

    /// <inheritdoc/>
    public override Task<ListGenerationsResponse> ListGenerations(ListGenerationsRequest request, ServerCallContext context) => Run(() =>
    {
        var response = new ListGenerationsResponse();
        response.Generations.AddRange(generations.List().Select(GenerationMapping.ToProto));
        return response;
    });

    // A load takes what this node owns when it begins, whatever moves meanwhile: who is to own it then fetches it from here.
    private ShardSet? Shards()
    {
        if (ownership is null)
        {
            return null;
        }

        return ownership.Owned switch
        {
            null => throw Errors.Unavailable("it is not known yet which shards this node owns; try again", TimeSpan.FromMilliseconds(500)),
            { Held.Count: 0 } => throw Errors.FailedPrecondition("this node owns no shards, so there is nothing to load here; FleetService.GetFleet says which node owns which"),
            var owned => owned,
        };
    }

    private static PublishTerms Terms(int quorum, Duration? wait)
    {
        if (quorum is < 0 or > MaxQuorum) throw Errors.InvalidArgument("quorum", $"is {quorum}, it must be from 0 (all live nodes) to {MaxQuorum}");
        if (wait is null) return new PublishTerms(quorum, UsualWait);
        var seconds = wait.Seconds + (wait.Nanos / 1e9);
        return seconds >= 0 && seconds <= LongestWait.TotalSeconds
            ? new PublishTerms(quorum, TimeSpan.FromSeconds(seconds))
            : throw Errors.InvalidArgument("wait", $"is {seconds} s, it must be from 0 to {LongestWait.TotalSeconds}");
    }

    // Changes of state wait for disks; a call must not hold up the thread that reads its connection.
    private static Task<TResponse> Run<TResponse>(Func<TResponse> call) => Task.Run(() => GenerationErrors.Translate(call));
}
