using DecisionServer.Services.Journaling;
using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Loading, publishing and rolling back generations. Rules are the store's; here messages are translated, and acts are noted in the journal.</summary>
public sealed class IngestGrpcService(GenerationRegistry generations, IngestLoads loads, TruthWriter truth) : IngestService.IngestServiceBase
{
    private const int MaxSourceBytes = 4096;

    /// <inheritdoc/>
    public override Task<BeginGenerationResponse> BeginGeneration(BeginGenerationRequest request, ServerCallContext context) => Run(() =>
    {
        Ids.Require(request.GenerationId, "generation_id");
        Ids.Text(request.Source, "source", MaxSourceBytes);
        if (request.ExpectedOfferSets is < 0 or > 1_000_000_000)
        {
            throw Errors.InvalidArgument("expected_offer_sets", $"is {request.ExpectedOfferSets}, it must be 0 to 1,000,000,000");
        }

        BegunLoad begun = generations.Begin(request.GenerationId, request.ExpectedOfferSets, request.Resume, request.Source);
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
        return truth.Audited("seal", request.GenerationId, "", () => SideThread.RunAlone(() => GenerationErrors.Translate(() =>
        {
            GenerationInfo info = generations.Seal(request.GenerationId, request.LoadToken, GenerationMapping.ToSealRequest(request));
            return new SealGenerationResponse { Generation = GenerationMapping.ToProto(info) };
        })));
    }

    /// <inheritdoc/>
    public override Task<PutOfferSetsResponse> PutOfferSets(PutOfferSetsRequest request, ServerCallContext context) => loads.PutOfferSets(request, context);

    /// <inheritdoc/>
    public override Task<PublishGenerationResponse> PublishGeneration(PublishGenerationRequest request, ServerCallContext context)
    {
        Ids.Require(request.GenerationId, "generation_id");
        return truth.Audited("publish", request.GenerationId, request.Force ? "by force" : "", () => Run(() =>
        {
            (GenerationInfo info, string previous) = generations.Publish(request.GenerationId, request.Force);
            return new PublishGenerationResponse { Generation = GenerationMapping.ToProto(info), PreviousGenerationId = previous };
        }));
    }

    /// <inheritdoc/>
    public override Task<RollbackGenerationResponse> RollbackGeneration(RollbackGenerationRequest request, ServerCallContext context) =>
        truth.Noted("roll back", "", () => Run(() =>
        {
            (GenerationInfo info, string previous) = generations.Rollback();
            return new RollbackGenerationResponse { Generation = GenerationMapping.ToProto(info), PreviousGenerationId = previous };
        }));

    /// <inheritdoc/>
    public override Task<DropGenerationResponse> DropGeneration(DropGenerationRequest request, ServerCallContext context)
    {
        Ids.Require(request.GenerationId, "generation_id");
        return truth.Noted("drop", request.GenerationId, () => Run(() =>
        {
            generations.Drop(request.GenerationId);
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

    // Changes of state wait for disks; a call must not hold up the thread that reads its connection.
    private static Task<TResponse> Run<TResponse>(Func<TResponse> call) => Task.Run(() => GenerationErrors.Translate(call));
}
