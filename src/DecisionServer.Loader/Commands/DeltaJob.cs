using System.Security.Cryptography;
using DecisionServer.V1;

namespace DecisionServer.Loader;

/// <summary>What a delta load did.</summary>
/// <param name="GenerationId">Generation that was current last; empty where nothing was sent.</param>
/// <param name="Stored">Sets stored.</param>
/// <param name="OffersAdded">Offers that are new.</param>
/// <param name="OffersReplaced">Offers that replaced one.</param>
internal sealed record DeltaOutcome(string GenerationId, long Stored, int OffersAdded, int OffersReplaced);

/// <summary>Puts single members' sets into the current generation, batch by batch; each is visible once acknowledged.</summary>
internal sealed class DeltaJob(DeltaOptions options, Server server, LoaderHost host, FaultLog faults)
{
    // About 300 KB of 35 offers each: short calls, and the limits of the contract (10,000 sets, 4 MiB) are far.
    private const int BatchSets = 500;

    // Keys of one run differ from those of any other, so that a file sent twice is put twice.
    private readonly string _run = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly PutOfferSetsRequest _request = new();
    private readonly List<InputPlace> _places = [];
    private string _generationId = "";
    private long _stored;
    private long _batch;

    /// <exception cref="InputException">An input cannot be read on; what was acknowledged stays.</exception>
    /// <exception cref="ServerException">The server refused, or was lost for too long; what was acknowledged stays.</exception>
    public async Task<DeltaOutcome> RunAsync(CancellationToken cancellationToken)
    {
        // Ids are the server's to know: here they only get indexes, in the order they are met.
        var ids = new OfferIdTable();
        await using var inputs = new SetInputs(options.SetInputs, new OfferSetRules(ids, openCatalogue: true), host.StandardInput);
        await inputs.OpenAsync(cancellationToken).ConfigureAwait(false);
        var (added, replaced) = await PutOffersAsync(cancellationToken).ConfigureAwait(false);
        var record = new OfferSetRecord();
        foreach (var reader in inputs.Readers)
        {
            await PutSetsAsync(reader, record, ids, cancellationToken).ConfigureAwait(false);
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return new(_generationId, _stored, added, replaced);
    }

    private async Task<(int Added, int Replaced)> PutOffersAsync(CancellationToken cancellationToken)
    {
        if (options.Offers is not { } offers) return (0, 0);
        var source = await InputSource.OpenAsync(offers, host.StandardInput, cancellationToken).ConfigureAwait(false);
        await using var reader = await OfferReader.CreateAsync(source, new OfferIdTable(), cancellationToken).ConfigureAwait(false);
        var batches = await OfferBatches.ReadAsync(reader, faults, cancellationToken).ConfigureAwait(false);
        return faults.IsExceeded ? (0, 0) : await OfferSender.PutAsync(server, batches, _run, options.Patience, cancellationToken).ConfigureAwait(false);
    }

    private async Task PutSetsAsync(OfferSetReader reader, OfferSetRecord record, OfferIdTable ids, CancellationToken cancellationToken)
    {
        while (!faults.IsExceeded)
        {
            switch (reader.Read(record))
            {
                case ReadStep.Record:
                    _request.OfferSets.Add(OfferSetMessage.Create(record, ids));
                    _places.Add(new InputPlace(reader.Source.Spec.Name, record.Place, reader.Source.Spec.Format == InputFormat.Protobuf));
                    if (_places.Count == BatchSets) await FlushAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case ReadStep.Refused:
                    faults.Add(reader.Fault!);
                    break;
                case ReadStep.NeedMore:
                    await reader.FillAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case ReadStep.End:
                    return;
            }
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_places.Count == 0 || faults.IsExceeded) return;
        _request.IdempotencyKey = $"{_run}-sets-{_batch++}";
        var answer = await server.CallAsync("putting offer sets", options.Patience, call => server.Ingest.PutOfferSetsAsync(_request, call), cancellationToken).ConfigureAwait(false);
        foreach (var rejected in answer.Rejected)
        {
            var place = rejected.Index < _places.Count ? _places[rejected.Index] : InputPlace.Whole(_places[0].Input);
            faults.Add(new InputFault(place, rejected.Message, LoadLedger.Remedy(rejected.Reason)), byServer: true);
        }

        _generationId = answer.GenerationId;
        _stored += answer.Accepted;
        _request.OfferSets.Clear();
        _places.Clear();
    }
}
