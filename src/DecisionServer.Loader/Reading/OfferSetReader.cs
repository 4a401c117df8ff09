namespace DecisionServer.Loader;

/// <summary>Reads offer sets one by one. Pull <see cref="Read"/> until it wants more bytes, then <see cref="FillAsync"/>.</summary>
internal abstract class OfferSetReader(InputSource source) : IAsyncDisposable
{
    public InputSource Source { get; } = source;

    /// <summary>What is wrong with the row, after <see cref="ReadStep.Refused"/>.</summary>
    public InputFault? Fault { get; private set; }

    /// <summary>Members' sets that were left out because of a fault.</summary>
    public long RefusedSets { get; protected set; }

    /// <summary>Opens a reader for the format of the source and reads its head.</summary>
    /// <exception cref="InputException">The head is wrong; the source is closed then.</exception>
    public static async ValueTask<OfferSetReader> CreateAsync(InputSource source, OfferSetRules rules, bool affinitiesOnly, CancellationToken cancellationToken)
    {
        OfferSetReader reader = source.Spec.Format switch
        {
            InputFormat.Csv => new CsvOfferSetReader(source, rules, affinitiesOnly),
            InputFormat.Ndjson => new NdjsonOfferSetReader(source, rules),
            _ => new DelimitedOfferSetReader(source, rules),
        };
        try
        {
            await reader.PrepareAsync(cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads on. After <see cref="ReadStep.Record"/> the set is in <paramref name="record"/>, the same one at every call.</summary>
    /// <exception cref="InputException">Nothing more can be read.</exception>
    public abstract ReadStep Read(OfferSetRecord record);

    public ValueTask FillAsync(CancellationToken cancellationToken) => Source.Window.FillAsync(cancellationToken);

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    protected virtual ValueTask PrepareAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    protected ReadStep Refuse(InputPlace place, in SetFault fault)
    {
        Fault = new InputFault(place, fault.Fault ?? "", fault.Remedy);
        return ReadStep.Refused;
    }

    protected InputException Empty()
        => new(InputPlace.Whole(Source.Spec.Name), "holds no offer sets", "an empty file is most often a failed export; leave the option out if there is nothing to load");
}
