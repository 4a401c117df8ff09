using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Loader;

/// <summary>Sends a catalogue: as the first part of a load, or into the current generation.</summary>
internal static class OfferSender
{
    /// <summary>Sends the whole catalogue of a generation, again as a whole after a cut.</summary>
    /// <exception cref="ServerException">Refused, or patience is at an end.</exception>
    public static async Task LoadAsync(Server server, LoadSession session, IReadOnlyList<IReadOnlyList<Offer>> batches, TimeSpan patience, CancellationToken cancellationToken)
    {
        var retry = server.Retry(patience);
        while (true)
        {
            try
            {
                await LoadOnceAsync(server, session, batches, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Transient.IsWorthRetrying(failure) || !await retry.WaitAsync(cancellationToken).ConfigureAwait(false))
                    throw ServerException.Of("loading offers", failure);
            }
        }
    }

    /// <summary>Adds offers to the current generation or replaces them; returns how many are new and how many replaced one.</summary>
    /// <exception cref="ServerException">Refused, or patience is at an end.</exception>
    public static async Task<(int Added, int Replaced)> PutAsync(Server server, IReadOnlyList<IReadOnlyList<Offer>> batches, string run, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (added, replaced) = (0, 0);
        for (var i = 0; i < batches.Count; i++)
        {
            var request = new PutOffersRequest { IdempotencyKey = $"{run}-offers-{i}" };
            request.Offers.AddRange(batches[i]);
            var answer = await server.CallAsync("putting offers", patience, options => server.Catalog.PutOffersAsync(request, options), cancellationToken).ConfigureAwait(false);
            added += answer.Added;
            replaced += answer.Replaced;
        }

        return (added, replaced);
    }

    private static async Task LoadOnceAsync(Server server, LoadSession session, IReadOnlyList<IReadOnlyList<Offer>> batches, CancellationToken cancellationToken)
    {
        using var call = server.Ingest.LoadOffers(server.LongOptions(cancellationToken));
        try
        {
            foreach (var batch in batches)
            {
                var request = new LoadOffersRequest { GenerationId = session.GenerationId, LoadToken = session.Token };
                request.Offers.AddRange(batch);
                await call.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            // The server ended the call while we wrote; its status says why.
        }

        await call.ResponseAsync.ConfigureAwait(false);
    }
}
