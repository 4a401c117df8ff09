using DecisionServer.Services.Members;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Offers, placements and ladder lists over gRPC: checks and maps, <see cref="Serving"/> does the rest.</summary>
public sealed class CatalogGrpcService(Serving serving, CapRuleCalls caps, IdempotencyCache idempotency, ILogger<CatalogGrpcService> logger) : CatalogService.CatalogServiceBase
{
    private const int MaxOffers = 10_000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override Task<PutOffersResponse> PutOffers(PutOffersRequest request, ServerCallContext context) =>
        idempotency.Run(nameof(PutOffers), request.IdempotencyKey, request, () => Task.FromResult(PutOffers(request)));

    /// <inheritdoc/>
    public override Task<GetOfferResponse> GetOffer(GetOfferRequest request, ServerCallContext context)
    {
        Ids.Require(request.OfferId, "offer_id");
        var state = Current();
        if (!state.Catalogue.TryGetIndex(request.OfferId, out var index))
            throw Errors.NotFound($"offer_id: generation \"{state.Generation.Id}\" has no offer \"{request.OfferId}\"");
        return Task.FromResult(new GetOfferResponse { Offer = OfferMapping.ToProto(state.Catalogue[index].Config), GenerationId = state.Generation.Id });
    }

    /// <inheritdoc/>
    public override Task<ListOffersResponse> ListOffers(ListOffersRequest request, ServerCallContext context)
    {
        var state = Current();
        return Task.FromResult(OfferPage.Read(request, state.Generation.Id, state.Catalogue));
    }

    /// <inheritdoc/>
    public override Task<PutPlacementsResponse> PutPlacements(PutPlacementsRequest request, ServerCallContext context) =>
        idempotency.Run(nameof(PutPlacements), request.IdempotencyKey, request, () => Task.FromResult(PutPlacements(request)));

    /// <inheritdoc/>
    public override Task<ListPlacementsResponse> ListPlacements(ListPlacementsRequest request, ServerCallContext context)
    {
        var response = new ListPlacementsResponse();
        foreach (var placement in serving.Placements.All) response.Placements.Add(PlacementMapping.ToProto(placement.Config));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<PutSegmentOffersResponse> PutSegmentOffers(PutSegmentOffersRequest request, ServerCallContext context) =>
        idempotency.Run(nameof(PutSegmentOffers), request.IdempotencyKey, request, () => Task.FromResult(PutSegmentOffers(request)));

    /// <inheritdoc/>
    public override Task<PutGlobalOffersResponse> PutGlobalOffers(PutGlobalOffersRequest request, ServerCallContext context) =>
        idempotency.Run(nameof(PutGlobalOffers), request.IdempotencyKey, request, () => Task.FromResult(PutGlobalOffers(request)));

    /// <inheritdoc/>
    public override Task<PutCapRulesResponse> PutCapRules(PutCapRulesRequest request, ServerCallContext context) => caps.Put(request, context);

    /// <inheritdoc/>
    public override Task<ListCapRulesResponse> ListCapRules(ListCapRulesRequest request, ServerCallContext context) => Task.FromResult(caps.List());

    private PutOffersResponse PutOffers(PutOffersRequest request)
    {
        if (request.Offers.Count is 0 or > MaxOffers)
            throw Errors.InvalidArgument("offers", $"holds {request.Offers.Count} elements, 1 to {MaxOffers} are allowed");
        var offers = Map(request.Offers, "offers", OfferMapping.ToConfig, offer => offer.OfferId);
        try
        {
            var state = serving.PutOffers(offers, out var added, out var replaced) ?? throw NoGeneration();
            return new PutOffersResponse { Added = added, Replaced = replaced, GenerationId = state.Generation.Id };
        }
        catch (CatalogueException e)
        {
            throw Refused(e);
        }
        catch (IOException e)
        {
            Log.OffersNotStored(logger, e, offers.Length);
            throw Errors.Unavailable($"the offers could not be stored, nothing was changed: {e.Message}", RetryAfter);
        }
    }

    private PutPlacementsResponse PutPlacements(PutPlacementsRequest request)
    {
        if (request.Placements.Count is 0 or > PlacementSet.MaxPlacements)
            throw Errors.InvalidArgument("placements", $"holds {request.Placements.Count} elements, 1 to {PlacementSet.MaxPlacements} are allowed");
        var placements = Map(request.Placements, "placements", PlacementMapping.ToConfig, placement => placement.Name);
        try
        {
            serving.PutPlacements(placements, out var added, out var replaced);
            return new PutPlacementsResponse { Added = added, Replaced = replaced };
        }
        catch (CatalogueException e)
        {
            throw Refused(e);
        }
    }

    private PutSegmentOffersResponse PutSegmentOffers(PutSegmentOffersRequest request)
    {
        var faults = new Faults();
        if (!IdRules.IsValid(request.Segment, out var fault)) faults.Add("segment", fault);
        var offers = Ladder(request.Offers, LadderConfig.MaxSegmentOffers, faults);
        var unknown = serving.PutSegmentOffers(request.Segment, offers)
            ?? throw Errors.ResourceExhausted($"segment: there are {LadderConfig.MaxSegments} segments with a list, no more are allowed; an empty list removes one");
        return new PutSegmentOffersResponse { UnknownOfferIds = { unknown } };
    }

    private PutGlobalOffersResponse PutGlobalOffers(PutGlobalOffersRequest request) =>
        new() { UnknownOfferIds = { serving.PutGlobalOffers(Ladder(request.Offers, LadderConfig.MaxGlobalOffers, new Faults())) } };

    private static ScoredOfferConfig[] Ladder(RepeatedField<V1.ScoredOffer> offers, int max, Faults faults)
    {
        ScoredOfferConfig[] list = [.. offers.Select(offer => new ScoredOfferConfig(offer.OfferId, offer.Score))];
        var found = new List<string>();
        LadderConfigValidator.Validate(list, max, found);
        faults.AddAll(found);
        faults.ThrowIfAny();
        return list;
    }

    // Every element is checked before any is used: all faults are named at once, and nothing is changed where there is one.
    private static TConfig[] Map<TProto, TConfig>(
        RepeatedField<TProto> protos, string field, Func<TProto, ICollection<string>, TConfig> map, Func<TProto, string> id)
    {
        var configs = new TConfig[protos.Count];
        var faults = new Faults();
        var found = new List<string>();
        for (var i = 0; i < configs.Length; i++)
        {
            configs[i] = map(protos[i], found);
            if (found.Count == 0) continue;
            faults.AddAll(found, $"{field}[{i}].", IdRules.IsValid(id(protos[i]), out _) ? $" (\"{id(protos[i])}\")" : "");
            found.Clear();
        }

        faults.ThrowIfAny();
        return configs;
    }

    private ServingState Current() => serving.Current ?? throw NoGeneration();

    private static RpcException NoGeneration() => Errors.FailedPrecondition("no generation is current: load one and publish it first");

    private static RpcException Refused(CatalogueException e)
    {
        var faults = new Faults();
        faults.AddAll(e.Errors);
        faults.ThrowIfAny();
        return Errors.InvalidArgument(e.Message);
    }
}
