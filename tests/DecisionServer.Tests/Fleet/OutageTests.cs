using System.Collections.Concurrent;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Fleet;

/// <summary>
/// Redis away, PostgreSQL away, both away, PostgreSQL there but silent: decisions go on without an error and say how old they may be, writes are refused with a hint
/// where truth is away, and all of it ends by itself.
/// </summary>
[Trait("Category", "Fault")]
public sealed class OutageTests(OutageTests.TwoNodes two) : IClassFixture<OutageTests.TwoNodes>
{
    private const string Member = "M00000001";
    private static int _actions;
    private readonly FleetCluster _fleet = two.Fleet;

    [Fact]
    public async Task Redis_Stopped_DecisionsSayTheirLagAndWritesGoOn()
    {
        await using var watch = await Watch.Begin(_fleet);

        await _fleet.Redis.Stop();
        await watch.Lags(_fleet.Nodes, 1);
        var update = await _fleet.Nodes[0].Availability.UpdateAvailabilityAsync(Update("OF000007", 0));
        var seen = await _fleet.Nodes[1].Decisions.NextBestOffersAsync(
            new NextBestOffersRequest { MemberId = Member, MinAvailabilityEpoch = update.AvailabilityEpoch }, deadline: DateTime.UtcNow.AddSeconds(30));
        Assert.Equal(update.AvailabilityEpoch, seen.AvailabilityEpoch);
        Assert.InRange(await SearchLag(_fleet.Nodes[0]), 1u, uint.MaxValue);

        await _fleet.Redis.StartAgain();
        await watch.Recovers();
    }

    [Fact]
    public async Task Postgres_Stopped_DecisionsSayTheirLagAndWritesAreRefused()
    {
        await using var watch = await Watch.Begin(_fleet);

        await _fleet.Postgres.Stop();
        await watch.Lags(_fleet.Nodes, 2_500);
        foreach (var node in _fleet.Nodes) await RefusesWrites(node);

        await _fleet.Postgres.StartAgain();
        await watch.Recovers();
    }

    [Fact]
    public async Task RedisAndPostgres_Stopped_DecisionsSayTheirLagAndWritesAreRefused()
    {
        await using var watch = await Watch.Begin(_fleet);

        await _fleet.Redis.Kill();
        await _fleet.Postgres.Stop("immediate");
        await watch.Lags(_fleet.Nodes, 2_500);
        foreach (var node in _fleet.Nodes) await RefusesWrites(node);

        await _fleet.Postgres.StartAgain();
        await _fleet.Redis.StartAgain();
        await watch.Recovers();
    }

    // Longer than a lease, and longer than a heartbeat is waited for.
    [Fact]
    public async Task Postgres_ThereButSilent_DecisionsSayTheirLag()
    {
        await using var watch = await Watch.Begin(_fleet);

        _fleet.Nodes[0].Truth.Swallow();
        await watch.Lags([_fleet.Nodes[0]], 7_000);

        _fleet.Nodes[0].Truth.Heal();
        await watch.Recovers();
    }

    // A commit that happens and whose answer is lost: others tell of it, and this node waits for its own answer.
    [Fact]
    public async Task Postgres_AnswerToACommitLost_NewsOfItAreNotReadAgainAndAgain()
    {
        await using var watch = await Watch.Begin(_fleet);
        var (node, other) = (_fleet.Nodes[0], _fleet.Nodes[1]);
        var key = $"lost-{Interlocked.Increment(ref _actions)}";
        await Activate(node, $"before-{key}");

        // 1. It waits for the row of all commits, which somebody holds; its answer is not going to arrive.
        await using var holder = new Npgsql.NpgsqlConnection(_fleet.TruthConnection + ";Pooling=false");
        await holder.OpenAsync();
        await Run("BEGIN; UPDATE decisionserver.meta SET sequence = sequence");
        var committing = Activate(node, key);
        await Eventually.True(async () => await _fleet.Sql("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "t", "it waits");
        node.Truth.Swallow(LinkWay.ToClient);
        await Run("COMMIT");

        // 2. The other node commits behind it, and tells of both.
        await Eventually.True(() => Takes(other, $"behind-{key}"), "the other node commits");
        var bytes = node.News.Bytes(LinkWay.ToClient);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => committing)).StatusCode);
        Assert.InRange(node.News.Bytes(LinkWay.ToClient) - bytes, 0, 200_000);

        node.Truth.Heal();
        await watch.Recovers();
        await Activate(node, key);

        async Task Run(string statement)
        {
            await using var command = new Npgsql.NpgsqlCommand(statement, holder);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task RefusesWrites(FleetNodeProcess node)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => Activate(node, $"refused-{Interlocked.Increment(ref _actions)}"));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains(refused.Trailers, entry => entry.Key == "grpc-retry-pushback-ms" && int.Parse(entry.Value, null) > 0);
        Assert.Contains("truth has not been heard for", await node.Server.HttpClient.GetStringAsync(new Uri(node.Server.Http, "health/ready")), StringComparison.Ordinal);
    }

    private static async Task Activate(FleetNodeProcess node, string key) => await node.Members.ActivateOfferAsync(
        new ActivateOfferRequest { MemberId = Member, OfferId = "OF000050", IdempotencyKey = key }, deadline: DateTime.UtcNow.AddSeconds(30));

    private static async Task<bool> Takes(FleetNodeProcess node, string key)
    {
        try
        {
            await Activate(node, key);
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return false;
        }
    }

    private static async Task<uint> SearchLag(FleetNodeProcess node) => (await node.Decisions.RankSearchAsync(
        new RankSearchRequest { MemberId = Member, Candidates = { new SearchCandidate { ItemId = "1000001", Relevance = 1 } } }, deadline: DateTime.UtcNow.AddSeconds(30))).LagMs;

    private static UpdateAvailabilityRequest Update(string offer, long stock) => new() { Updates = { new AvailabilityUpdate { OfferId = offer, Stock = stock } } };

    /// <summary>Callers of both nodes through an outage: none of their calls may fail.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly FleetCluster _fleet;
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentQueue<string> _failures = new();
        private readonly ConcurrentDictionary<string, uint> _lags = new();
        private readonly List<Task> _callers;

        private Watch(FleetCluster fleet)
        {
            _fleet = fleet;
            _callers = [.. fleet.Nodes.Select(node => Task.Run(() => Call(node)))];
        }

        /// <summary>Begins when answers are of now.</summary>
        public static async Task<Watch> Begin(FleetCluster fleet)
        {
            var watch = new Watch(fleet);
            await watch.AreOfNow();
            return watch;
        }

        /// <summary>Waits until answers of these nodes say that they may be so old.</summary>
        public Task Lags(IEnumerable<FleetNodeProcess> nodes, uint milliseconds) =>
            Eventually.True(() => nodes.All(node => _lags.GetValueOrDefault(node.Name) >= milliseconds), $"answers say that they lag by {milliseconds} ms");

        /// <summary>Answers are of now, writes are taken, nodes are alike, and no call has failed.</summary>
        public async Task Recovers()
        {
            await AreOfNow();
            foreach (var node in _fleet.Nodes)
            {
                var key = $"recovers-{Interlocked.Increment(ref _actions)}";
                await Eventually.True(() => Takes(node, key), $"{node.Name} takes writes");
            }

            await _fleet.Converge();
            foreach (var node in _fleet.Nodes) Assert.Equal("ready\n", await node.Server.HttpClient.GetStringAsync(new Uri(node.Server.Http, "health/ready")));
            Assert.Empty(_failures);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_callers);
            _stop.Dispose();
        }

        private Task AreOfNow() => Eventually.True(() => _fleet.Nodes.All(node => _lags.GetValueOrDefault(node.Name, 1u) == 0), "answers are of now");

        private async Task Call(FleetNodeProcess node)
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    _lags[node.Name] = (await node.Decide(Member)).LagMs;
                }
                catch (RpcException failure)
                {
                    _failures.Enqueue($"{node.Name}: {failure.Status}");
                }

                await Task.Delay(20);
            }
        }
    }

    /// <summary>One fleet for all of these tests; each leaves it as it was.</summary>
    public sealed class TwoNodes : IAsyncLifetime
    {
        internal FleetCluster Fleet { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Fleet = await FleetCluster.Start(2);
            await Fleet.Load("week-1");
        }

        public async Task DisposeAsync() => await Fleet.DisposeAsync();
    }
}
