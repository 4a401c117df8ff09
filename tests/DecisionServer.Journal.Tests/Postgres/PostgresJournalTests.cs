using DecisionServer.Journal.Tests.Support;
using DecisionServer.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Journal.Tests.Postgres;

/// <summary>The contract, and what is one node's affair with PostgreSQL.</summary>
public sealed class PostgresJournalTests : JournalContractTests, IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _database = "";

    private PostgresJournalOptions Options => new() { ConnectionString = _server.ConnectionString(_database) };

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.Shared;
        _database = await _server.NewDatabase();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Open_ManyNodesAtOnceOnAnEmptyDatabase_OneSchemaForAll()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => Node.Open(Options))));

        await Task.WhenAll(nodes.Select(node => node.Count("a", 100)));
        Assert.Single(nodes.Select(node => node.Journal.Epoch).Distinct());
        Assert.Equal("5", await _server.Sql(_database, "SELECT value FROM decisionserver.totals"));
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Open_LaterForm_Refused()
    {
        await using (await Node.Open(Options))
        {
            // Made.
        }

        await _server.Sql(_database, "UPDATE decisionserver.meta SET form = 9");

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => Node.Open(Options));
        Assert.Contains("has form 9, this version knows forms up to", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE decisionserver.things (id int)")]
    [InlineData("CREATE TABLE decisionserver.meta (application text, form int); INSERT INTO decisionserver.meta VALUES ('Bakery', 1)")]
    public async Task Open_SchemaOfAnotherApplication_RefusedAndUntouched(string sql)
    {
        await _server.Sql(_database, $"CREATE SCHEMA decisionserver; {sql}");

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => Node.Open(Options));

        Assert.Contains("belongs to another application", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("1", await _server.Sql(_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'decisionserver'"));
    }

    [Fact]
    public async Task Open_OlderForm_BroughtForward()
    {
        await using (var node = await Node.Open(Options)) await node.Count("a", 1);
        IReadOnlyList<Migration> later = [.. PostgresSchema.Migrations, new Migration("notes", ["CREATE TABLE notes (text text)"])];

        await using var journal = new PostgresJournal(Options, new Mirror(), TimeProvider.System, NullLogger<PostgresJournal>.Instance, later);
        journal.Open();
        var mirror = new Mirror();
        journal.Replay(mirror);

        Assert.Equal($"{later.Count}", await _server.Sql(_database, "SELECT form FROM decisionserver.meta WHERE to_regclass('decisionserver.notes') IS NOT NULL"));
        Assert.NotNull(mirror["total a"]);
    }

    [Fact]
    public async Task Backup_Asked_NamesTheWay()
    {
        await using var node = await Node.Open(Options);

        var refusal = await Assert.ThrowsAsync<BackupElsewhereException>(() => node.Journal.Backup("/tmp/b", CancellationToken.None));

        Assert.Contains("pg_dump", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NobodyListens_UnavailableWithoutTheSecret()
    {
        await using var journal = new PostgresJournal(
            new PostgresJournalOptions { ConnectionString = _server.ConnectionString(_database, FreePorts.Take()) }, new Mirror(), TimeProvider.System, NullLogger<PostgresJournal>.Instance);

        var refusal = Assert.Throws<JournalUnavailableException>(journal.Open);

        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        Assert.DoesNotContain("secret-of-tests", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=h;Password=secret-of-tests;Nonsense=1")]
    [InlineData("secret-of-tests")]
    [InlineData("Database=d;Password=secret-of-tests")]
    public void Options_MalformedConnectionString_RefusedWithoutTheSecret(string text)
    {
        var refusal = Assert.ThrowsAny<ArgumentException>(() => new PostgresJournalOptions { ConnectionString = text }.Validate());

        Assert.DoesNotContain("secret-of-tests", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OneCommandThatCannotBeStored_HurtsNoOther()
    {
        await using var node = await Node.Open(Options);
        using var hold = new ManualResetEventSlim();
        var blocker = node.Journal.Do(_ => hold.Wait(TimeSpan.FromSeconds(60)));

        // A key of an index has a bound.
        var random = new Random(1);
        var endless = new string([.. Enumerable.Range(0, 200_000).Select(_ => (char)('a' + random.Next(26)))]);
        var before = node.Count("a", 10);
        var faulty = node.Journal.Do(transaction => transaction.SetTotal(endless, 1, ""));
        var nul = node.Journal.Do(transaction => transaction.SetTotal("a\0b", 1, ""));
        var after = node.Count("a", 10);
        hold.Set();
        await blocker;

        await Assert.ThrowsAnyAsync<Exception>(() => faulty);
        await Assert.ThrowsAsync<ArgumentException>(() => nul);
        Assert.Equal([1, 2], new[] { await before, await after }.Order());
        Assert.True(node.Journal.Health.IsWritable);
    }

    [Fact]
    public async Task Write_ManyMembersInOneBatch_ReadsTheirRowsTogether()
    {
        await using var node = await Node.Open(Options);
        using var hold = new ManualResetEventSlim();
        var blocker = node.Journal.Do(_ => hold.Wait(TimeSpan.FromSeconds(60)));
        var runs = 0;
        var acts = Enumerable.Range(0, 400).Select(i => node.Journal.Do(transaction =>
        {
            Interlocked.Increment(ref runs);
            var seen = transaction.TryGetAnswer("m", $"k{i}", out _) || transaction.GetMember($"m{i}") is not null;
            transaction.PutMember(Fill.Member($"m{i}", (ulong)transaction.GetTotal($"t{i % 7}") + 1));
            return seen;
        })).ToList();
        hold.Set();
        await blocker;

        Assert.DoesNotContain(true, await Task.WhenAll(acts));

        // Once to find out what is wanted, once with it.
        Assert.InRange(runs, 800, 1_200);
    }

    internal override Task<TestJournal> Open(TimeProvider? clock = null, int maxQueued = 16_384) => TestJournal.Open(
        new PostgresJournal(Options with { MaxQueued = maxQueued }, new Mirror(), clock ?? TimeProvider.System, NullLogger<PostgresJournal>.Instance));

    internal override long CountAnswers() => long.Parse(
        _server.Sql(_database, "SELECT count(*) FROM decisionserver.answers").GetAwaiter().GetResult(), System.Globalization.CultureInfo.InvariantCulture);
}
