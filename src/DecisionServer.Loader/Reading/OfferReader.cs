using System.Text;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>Reads offers one by one, checks them, and gives each its index: its place among the good ones, from 0.</summary>
internal abstract class OfferReader(InputSource source, OfferIdTable ids) : IAsyncDisposable
{
    private readonly List<string> _faults = [];
    private bool _any;

    /// <summary>The offer, after <see cref="ReadStep.Record"/>.</summary>
    public Offer Offer { get; private set; } = new();

    /// <summary>What is wrong, after <see cref="ReadStep.Refused"/>.</summary>
    public InputFault? Fault { get; private set; }

    public InputSource Source { get; } = source;

    /// <summary>Opens a reader for the format of the source and reads its head.</summary>
    /// <exception cref="InputException">The head is wrong; the source is closed then.</exception>
    public static async ValueTask<OfferReader> CreateAsync(InputSource source, OfferIdTable ids, CancellationToken cancellationToken)
    {
        OfferReader reader = source.Spec.Format switch
        {
            InputFormat.Csv => new CsvOfferReader(source, ids),
            InputFormat.Ndjson => new NdjsonOfferReader(source, ids),
            _ => new DelimitedOfferReader(source, ids),
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

    /// <exception cref="InputException">Nothing more can be read.</exception>
    public ReadStep Read()
    {
        _faults.Clear();
        Offer = new Offer();
        var step = Parse(Offer, _faults, out var place);
        if (step == ReadStep.End && !_any)
            throw new InputException(InputPlace.Whole(Source.Spec.Name), "holds no offers", "an empty file is most often a failed export");
        if (step != ReadStep.Record) return step;
        _any = true;
        if (_faults.Count == 0) OfferRules.Check(Offer, _faults);
        if (_faults.Count == 0) Register();
        if (_faults.Count == 0) return ReadStep.Record;
        Fault = new InputFault(place, string.Join("; ", _faults.Take(5)), "the offer is left out, and so are the sets that name it");
        return ReadStep.Refused;
    }

    public ValueTask FillAsync(CancellationToken cancellationToken) => Source.Window.FillAsync(cancellationToken);

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    protected virtual ValueTask PrepareAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Reads the next offer. A row with faults is a record, too.</summary>
    protected abstract ReadStep Parse(Offer offer, List<string> faults, out InputPlace place);

    private void Register()
    {
        if (ids.Count == OfferIdTable.MaxOffers) _faults.Add($"the catalogue is full: at most {OfferIdTable.MaxOffers} offers are allowed");
        else if (!ids.TryAdd(Encoding.UTF8.GetBytes(Offer.OfferId), out _)) _faults.Add($"offer_id: '{Text.Shorten(Offer.OfferId)}' is there twice");
    }
}
