namespace DecisionServer.Loader;

/// <summary>Estimates how many sets a file holds from its beginning, so that the server sizes its index once.</summary>
internal static class SetEstimate
{
    private const long SampleBytes = 2 * 1024 * 1024;

    /// <summary>About how many sets come; exact for small files, 0 (unknown) for stdin.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static async ValueTask<long> CreateAsync(InputSpec input, OfferSetRules rules, CancellationToken cancellationToken)
    {
        if (input.Length is not { } length) return 0;
        var source = await InputSource.OpenAsync(input, Stream.Null, cancellationToken).ConfigureAwait(false);
        await using var reader = await OfferSetReader.CreateAsync(source, rules, affinitiesOnly: false, cancellationToken).ConfigureAwait(false);
        var record = new OfferSetRecord();
        var sets = 0L;
        while (source.Window.Offset < SampleBytes)
        {
            var step = reader.Read(record);
            if (step == ReadStep.End) return sets;
            if (step == ReadStep.Record) sets++;
            if (step == ReadStep.NeedMore) await reader.FillAsync(cancellationToken).ConfigureAwait(false);
        }

        // For a compressed file the bytes taken from it, for a plain one the bytes parsed: what was read ahead does not count.
        var isCompressed = source.BytesTaken < source.Window.Offset;
        var sampled = isCompressed ? source.BytesTaken : source.Window.Offset;
        return (sets + reader.RefusedSets) * length / Math.Max(1, sampled);
    }
}
