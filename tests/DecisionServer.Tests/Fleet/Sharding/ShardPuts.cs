using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet.Sharding;

/// <summary>Puts sets and offers, one after the other, on any node whoever owns the members, until it is stopped; knows what was acknowledged last.</summary>
internal sealed class ShardPuts : IAsyncDisposable
{
    private readonly IReadOnlyList<string> _members;
    private readonly Dictionary<string, string> _acknowledged = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _random = new(11);
    private readonly Task _running;
    private volatile FleetNodeProcess[] _nodes;
    private int _count;

    private ShardPuts(IEnumerable<FleetNodeProcess> nodes, IReadOnlyList<string> members)
    {
        (_nodes, _members) = ([.. nodes], members);
        _running = Task.Run(Run);
    }

    /// <summary>Begins, with these nodes.</summary>
    public static ShardPuts Begin(IEnumerable<FleetNodeProcess> nodes, IReadOnlyList<string> members) => new(nodes, members);

    /// <summary>From now on on these nodes.</summary>
    public void Over(IEnumerable<FleetNodeProcess> nodes) => _nodes = [.. nodes];

    /// <summary>Waits until some more were acknowledged.</summary>
    public async Task More()
    {
        var enough = Volatile.Read(ref _count) + _members.Count / 2;
        await Eventually.True(() => Volatile.Read(ref _count) >= enough || _running.IsCompleted, "puts are acknowledged");
        if (_running.IsCompleted) await _running;
    }

    /// <summary>Ends it: the best offer of each member's set, as it was acknowledged last.</summary>
    public async Task<IReadOnlyDictionary<string, string>> End()
    {
        await _stop.CancelAsync();
        await _running;
        return _acknowledged;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Run()
    {
        var fresh = "";
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            if (n % 10 == 0)
            {
                fresh = $"fresh-{n}";
                await Acknowledged(node => node.Catalog.PutOffersAsync(
                    new PutOffersRequest { IdempotencyKey = $"offers-{n}", Offers = { new Offer { OfferId = fresh } } }, deadline: Deadline));
            }

            var (member, offer) = (_members[n % _members.Count], n % 2 == 0 ? fresh : $"OF00000{1 + _random.Next(3)}");
            var set = new OfferSet { MemberId = member, Offers = { new ScoredOffer { OfferId = offer, Score = 1 } } };
            var put = await Acknowledged(node => node.Ingest.PutOfferSetsAsync(new PutOfferSetsRequest { IdempotencyKey = $"sets-{n}", OfferSets = { set } }, deadline: Deadline));
            Assert.Equal(1, put.Accepted);
            _acknowledged[member] = offer;
            Interlocked.Increment(ref _count);
        }
    }

    private static DateTime Deadline => DateTime.UtcNow.AddSeconds(60);

    // A node that is killed meanwhile, or that has just come, is not asked again: another one is, under the same key.
    private async Task<T> Acknowledged<T>(Func<FleetNodeProcess, AsyncUnaryCall<T>> put)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await put(_nodes[_random.Next(_nodes.Length)]);
            }
            catch (Exception failure) when (tries < 100 && failure is InvalidOperationException or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal })
            {
                await Task.Delay(50);
            }
        }
    }
}
