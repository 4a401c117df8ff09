using DecisionServer.Services.Journaling;
using DecisionServer.Services.Members;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace DecisionServer.Services;

/// <summary>Offers, placements and ladder lists over gRPC: checks and maps. Changes go through the journal, but for offers, which are the generation's.</summary>
public sealed class CatalogGrpcService(Serving serving, CapRuleCalls caps, TruthWriter truth, OfferWriter offers)
    : CatalogService.CatalogServiceBase
{
    private const int MaxOffers = 10_000;

    /// <inheritdoc/>
    public override Task<PutOffersResponse> PutOffers(PutOffersRequest request, ServerCallContext context) =>
        offers.Put(request, MapOffers(request), context);

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
    public override async Task<PutPlacementsResponse> PutPlacements(PutPlacementsRequest request, ServerCallContext context)
    {
        if (request.Placements.Count is 0 or > PlacementSet.MaxPlacements)
            throw Errors.InvalidArgument("placements", $"holds {request.Placements.Count} elements, 1 to {PlacementSet.MaxPlacements} are allowed");
        var command = new PutPlacementsCommand(serving, Map(request.Placements, "placements", PlacementMapping.ToConfig, placement => placement.Name));
        try
        {
            return await truth.Write(
                command, put => new PutPlacementsResponse { Added = put.Added, Replaced = put.Replaced }, nameof(PutPlacements), request.IdempotencyKey, request, context);
        }
        catch (CatalogueException e)
        {
            throw OfferWriter.Refused(e);
        }
    }

    /// <inheritdoc/>
    public override Task<ListPlacementsResponse> ListPlacements(ListPlacementsRequest request, ServerCallContext context)
    {
        var response = new ListPlacementsResponse();
        foreach (var placement in serving.Placements.All) response.Placements.Add(PlacementMapping.ToProto(placement.Config));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<PutSegmentOffersResponse> PutSegmentOffers(PutSegmentOffersRequest request, ServerCallContext context)
    {
        var faults = new Faults();
        if (!IdRules.IsValid(request.Segment, out var fault)) faults.Add("segment", fault);
        var command = new PutSegmentOffersCommand(serving, request.Segment, Ladder(request.Offers, LadderConfig.MaxSegmentOffers, faults));
        return truth.Write(
            command, unknown => new PutSegmentOffersResponse { UnknownOfferIds = { unknown } }, nameof(PutSegmentOffers), request.IdempotencyKey, request, context);
    }

    /// <inheritdoc/>
    public override Task<PutGlobalOffersResponse> PutGlobalOffers(PutGlobalOffersRequest request, ServerCallContext context)
    {
        var command = new PutGlobalOffersCommand(serving, Ladder(request.Offers, LadderConfig.MaxGlobalOffers, new Faults()));
        return truth.Write(
            command, unknown => new PutGlobalOffersResponse { UnknownOfferIds = { unknown } }, nameof(PutGlobalOffers), request.IdempotencyKey, request, context);
    }

    /// <inheritdoc/>
    public override Task<PutCapRulesResponse> PutCapRules(PutCapRulesRequest request, ServerCallContext context) => caps.Put(request, context);

    /// <inheritdoc/>
    public override Task<ListCapRulesResponse> ListCapRules(ListCapRulesRequest request, ServerCallContext context) => Task.FromResult(caps.List());

    private static OfferConfig[] MapOffers(PutOffersRequest request) => request.Offers.Count is 0 or > MaxOffers
        ? throw Errors.InvalidArgument("offers", $"holds {request.Offers.Count} elements, 1 to {MaxOffers} are allowed")
        : Map(request.Offers, "offers", OfferMapping.ToConfig, offer => offer.OfferId);

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

    private ServingState Current() => serving.Current ?? throw OfferWriter.NoGeneration();
}
