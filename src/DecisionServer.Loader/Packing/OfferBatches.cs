using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>A catalogue read as a whole and cut into messages. It is kept in memory until the server has it.</summary>
internal static class OfferBatches
{
    private const int MaxOffers = 1_000;
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads all offers; stops early when there are too many bad rows.</summary>
    /// <exception cref="InputException">The input cannot be read on.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<Offer>>> ReadAsync(OfferReader reader, FaultLog faults, CancellationToken cancellationToken)
    {
        var batches = new List<IReadOnlyList<Offer>>();
        var batch = new List<Offer>();
        var bytes = 0;
        while (!faults.IsExceeded)
        {
            var step = reader.Read();
            if (step == ReadStep.End) break;
            if (step == ReadStep.NeedMore) await reader.FillAsync(cancellationToken).ConfigureAwait(false);
            if (step == ReadStep.Refused) faults.Add(reader.Fault!);
            if (step != ReadStep.Record) continue;
            var size = reader.Offer.CalculateSize();
            if (batch.Count == MaxOffers || (batch.Count > 0 && bytes + size > MaxBytes))
            {
                batches.Add(batch);
                (batch, bytes) = ([], 0);
            }

            batch.Add(reader.Offer);
            bytes += size;
        }

        if (batch.Count > 0) batches.Add(batch);
        return batches;
    }
}
