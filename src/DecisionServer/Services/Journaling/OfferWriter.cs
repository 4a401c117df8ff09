using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services.Journaling;

/// <summary>
/// Puts offers into the current generation. Where one server has it their truth is in the generation's own files, and the journal keeps the answer and the audit.
/// </summary>
public sealed class OfferWriter(Serving serving, TruthWriter truth, ILogger<OfferWriter> logger, IGenerationPuts? fleet = null)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>No generation is current.</summary>
    public static RpcException NoGeneration() => Errors.FailedPrecondition("no generation is current: load one and publish it first");

    /// <summary>What a catalogue refuses.</summary>
    public static RpcException Refused(CatalogueException e)
    {
        var faults = new Faults();
        faults.AddAll(e.Errors);
        faults.ThrowIfAny();
        return Errors.InvalidArgument(e.Message);
    }

    /// <summary>Puts them.</summary>
    public Task<PutOffersResponse> Put(PutOffersRequest request, IReadOnlyList<OfferConfig> offers, ServerCallContext context) => fleet is not null
        ? fleet.PutOffers(request, offers, context)
        : truth.WriteElsewhere(
            "PutOffers",
            request.IdempotencyKey,
            request,

            // The disk is waited for elsewhere than on the thread that reads the connection.
            () => truth.Audited("put offers", AuditNames.Of(offers.Select(offer => offer.OfferId)), $"{offers.Count} offers", () => Task.Run(() => Put(offers))),
            static _ => true,
            context);

    private PutOffersResponse Put(IReadOnlyList<OfferConfig> offers)
    {
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
            Log.OffersNotStored(logger, e, offers.Count);
            throw Errors.Unavailable($"the offers could not be stored, nothing was changed: {e.Message}", RetryAfter);
        }
    }
}
