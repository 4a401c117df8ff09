using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services.Journaling;

/// <summary>Puts sets and offers into the current generation where several nodes have it: over truth, so that all of them come to hold the same.</summary>
public interface IGenerationPuts
{
    /// <summary>Replaces single members' sets.</summary>
    /// <exception cref="RpcException">As the contract says.</exception>
    Task<PutOfferSetsResponse> PutOfferSets(PutOfferSetsRequest request, ServerCallContext context);

    /// <summary>Adds or replaces offers, each valid.</summary>
    /// <exception cref="RpcException">As the contract says.</exception>
    Task<PutOffersResponse> PutOffers(PutOffersRequest request, IReadOnlyList<OfferConfig> offers, ServerCallContext context);
}
