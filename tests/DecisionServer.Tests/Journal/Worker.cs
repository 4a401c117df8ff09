using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DecisionServer.Tests.Journal;

/// <summary>
/// One of many callers, and its ledger. It counts up one row of availability (the server assigns the version) and one placement. What was under way when the
/// server died is sent again with the same key: then it must have happened once.
/// </summary>
internal sealed class Worker(int number)
{
    private readonly string _item = $"item-{number}";
    private readonly string _placement = $"placement-{number}";
    private UpdateAvailabilityRequest? _update;
    private PutPlacementsRequest? _put;
    private ulong _updates;
    private int _puts;
    private UpdateAvailabilityRequest? _lastUpdate;
    private UpdateAvailabilityResponse? _lastAnswer;

    /// <summary>Updates acknowledged.</summary>
    public ulong Updates => _updates;

    /// <summary>Highest epoch acknowledged.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>Sends until the server is gone.</summary>
    /// <param name="channel">The server.</param>
    /// <param name="acknowledged">Called after each answer; false: stop here.</param>
    public async Task Run(GrpcChannel channel, Func<bool> acknowledged)
    {
        try
        {
            do
            {
                if ((_updates + (ulong)_puts) % 8 == 7) await Put(channel);
                else await Update(channel);
            }
            while (acknowledged());
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
        {
            // Killed in the middle of it.
        }
    }

    /// <summary>Sends again what was under way, then compares the server with the ledger.</summary>
    public async Task Check(GrpcChannel channel)
    {
        if (_update is not null) await Update(channel);
        if (_put is not null) await Put(channel);

        var rows = (await new AvailabilityService.AvailabilityServiceClient(channel).GetAvailabilityAsync(new() { ItemId = _item })).Rows;
        Assert.Equal(_updates, rows.Count == 0 ? 0 : Assert.Single(rows).Version);
        if (rows.Count == 1) Assert.Equal((long)_updates, rows[0].Stock);
        var placements = (await new CatalogService.CatalogServiceClient(channel).ListPlacementsAsync(new())).Placements;
        Assert.Equal(_puts, placements.SingleOrDefault(placement => placement.Name == _placement)?.MaxPerCategory ?? 0);

        // An answer given before the server died is the answer still.
        if (_lastUpdate is not null) Assert.Equal(_lastAnswer, await new AvailabilityService.AvailabilityServiceClient(channel).UpdateAvailabilityAsync(_lastUpdate));
    }

    private async Task Update(GrpcChannel channel)
    {
        _update ??= new()
        {
            Updates = { new AvailabilityUpdate { ItemId = _item, Stock = (long)_updates + 1 } },
            IdempotencyKey = $"{_item}/{_updates + 1}",
        };
        var answer = await new AvailabilityService.AvailabilityServiceClient(channel).UpdateAvailabilityAsync(_update);
        Assert.Equal((1, 0), (answer.Applied, answer.Stale));
        (_lastUpdate, _lastAnswer, _update) = (_update, answer, null);
        _updates++;
        Epoch = Math.Max(Epoch, answer.AvailabilityEpoch);
    }

    private async Task Put(GrpcChannel channel)
    {
        _put ??= new()
        {
            Placements = { new Placement { Name = _placement, MaxPerCategory = _puts + 1 } },
            IdempotencyKey = $"{_placement}/{_puts + 1}",
        };
        var answer = await new CatalogService.CatalogServiceClient(channel).PutPlacementsAsync(_put);
        Assert.Equal(_puts == 0 ? (1, 0) : (0, 1), (answer.Added, answer.Replaced));
        _put = null;
        _puts++;
    }
}
