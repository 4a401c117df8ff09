using System.Collections.Frozen;
using StackExchange.Redis;

namespace DecisionServer.Baseline;

/// <summary>Offers that are off, read from Redis once a second so that a decision need not ask.</summary>
internal sealed class UnavailableOffers(IDatabase redis, TimeProvider clock) : BackgroundService
{
    private volatile FrozenSet<string> _offers = [];

    public bool Contains(string offerId) => _offers.Contains(offerId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        do
        {
            var members = await redis.SetMembersAsync(RedisLayout.Unavailable);
            _offers = members.Select(member => (string)member!).ToFrozenSet(StringComparer.Ordinal);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
