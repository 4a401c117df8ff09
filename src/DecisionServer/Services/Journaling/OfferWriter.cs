using DecisionServer.Options;
using DecisionServer.Store;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Services.Journaling;

/// <summary>
/// Puts offers into the current generation. Their truth is in the generation's own files, so that it can be handed on whole; the journal keeps the answer and the
/// audit.
/// </summary>
public sealed class OfferWriter(Serving serving, TruthWriter truth, ServerOptions options, ILogger<OfferWriter> logger)
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
    /// <exception cref="RpcException">FAILED_PRECONDITION: this server is a node of a fleet.</exception>
    public Task<PutOffersResponse> Put(PutOffersRequest request, IReadOnlyList<OfferConfig> offers, ServerCallContext context)
    {
        RequireAlone(options);
        return truth.WriteElsewhere(
            "PutOffers",
            request.IdempotencyKey,
            request,

            // The disk is waited for elsewhere than on the thread that reads the connection.
            () => truth.Audited("put offers", AuditNames.Of(offers.Select(offer => offer.OfferId)), $"{offers.Count} offers", () => Task.Run(() => Put(offers))),
            static _ => true,
            context);
    }

    /// <summary>What is put into a generation is in its own files, which other nodes would not learn of: they must not come to differ.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION: this server is a node of a fleet.</exception>
    internal static void RequireAlone(ServerOptions options)
    {
        if (options.IsFleet)
            throw Errors.FailedPrecondition("in a fleet nothing can be put into the current generation, because the other nodes would not have it: load and publish another generation");
    }

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
