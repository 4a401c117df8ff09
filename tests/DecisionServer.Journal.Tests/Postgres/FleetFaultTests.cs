using System.Globalization;
using DecisionServer.Journal.Tests.Support;
using DecisionServer.Tests.Support;

namespace DecisionServer.Journal.Tests.Postgres;

/// <summary>Several nodes over one truth, and what happens to it and to the links.</summary>
[Trait("Category", "Fault")]
public sealed class FleetFaultTests
{
    [Fact]
    public async Task Write_ConnectionsClosedDuringCommits_NothingAcknowledgedIsLostOrDoneTwice()
    {
        await using var fleet = await Fleet.Open(3);

        await ActWhile(fleet, 120, async () =>
        {
            for (var i = 0; i < 12; i++) await fleet.Terminate();
        });
    }

    [Fact]
    public async Task Write_PostgresCrashesDuringCommits_NothingAcknowledgedIsLostOrDoneTwice()
    {
        await using var server = await PostgresServer.Start();
        await using var fleet = await Fleet.Open(3, server);

        await ActWhile(fleet, 120, async () =>
        {
            for (var i = 0; i < 3; i++) await server.Crash();
        });
    }

    [Fact]
    public async Task Write_PostgresStopped_RefusedWithAHintAndAcceptedAgainByItself()
    {
        await using var server = await PostgresServer.Start();
        await using var fleet = await Fleet.Open(2, server);
        await fleet[0].Count("a", 10);
        await server.Stop();

        var refusal = await Assert.ThrowsAsync<JournalUnavailableException>(() => fleet[0].Count("a", 10));
        await Eventually.True(() => fleet.Nodes.TrueForAll(node => node.Journal.Health.Condition == JournalCondition.Unreachable), "both nodes say so, also the one that was not asked");
        await Assert.ThrowsAsync<JournalUnavailableException>(() => fleet[1].Journal.CatchUp(CancellationToken.None));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => fleet[1].Journal.Beat(new NodeRecord { Name = "n", Incarnation = Guid.NewGuid() }, CancellationToken.None));
        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        Assert.Contains("127.0.0.1", fleet[0].Journal.Health.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-tests", fleet[0].Journal.Health.Reason + refusal, StringComparison.Ordinal);

        await server.StartAgain();
        await Eventually.True(() => fleet.Nodes.TrueForAll(node => node.Journal.Health.IsWritable), "both nodes reach it again");
        Assert.Equal(2, await fleet[0].Count("a", 10));
        Assert.Equal(3, await fleet[1].Count("a", 10));
        await fleet.Converge();
    }

    [Fact]
    public async Task Write_LinkSwallowsEverything_EndsInTimeAndHappensAtMostOnce()
    {
        var server = await PostgresServer.Shared;
        await using var proxy = FaultProxy.Start(server.Port);
        await using var fleet = await Fleet.Open(1, change: options => options with { Timeout = TimeSpan.FromSeconds(1), ConnectTimeout = TimeSpan.FromSeconds(1) });
        await using var behind = await Node.Open(fleet.Options with { ConnectionString = server.ConnectionString(fleet.Database, proxy.Port) });
        fleet.Nodes.Add(behind);
        await behind.Act("m", "k0");

        // Answers vanish: whether the commit happened is open until the link is back.
        proxy.Swallow();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => behind.Act("m", "k1"));
        Assert.Equal(JournalCondition.Unreachable, behind.Journal.Health.Condition);
        Assert.Equal(2UL, await fleet[0].ActSurely("m", "k1"));

        proxy.Heal();
        Assert.Equal(2UL, await behind.ActSurely("m", "k1"));
        Assert.Equal(3UL, await behind.ActSurely("m", "k2"));
        await fleet.Converge();
    }

    [Fact]
    public async Task Write_AnotherConnectionHoldsTheRowOfCommitsAndWaits_IsClosedAndWritesGoOn()
    {
        await using var fleet = await Fleet.Open(1, change: options => options with { Timeout = TimeSpan.FromSeconds(2) });
        var server = fleet.Server;
        await using var stuck = new Npgsql.NpgsqlConnection(server.ConnectionString(fleet.Database) + $";Application Name={PostgresLink.Application};Search Path=decisionserver;Pooling=false");
        await stuck.OpenAsync();
        await using var begin = new Npgsql.NpgsqlCommand("BEGIN; UPDATE meta SET sequence = sequence", stuck);
        await begin.ExecuteNonQueryAsync();

        Assert.Equal(1UL, await fleet[0].ActSurely("m", "k"));
    }

    [Fact]
    public async Task CatchUp_DatabaseRestoredFromADump_IsAnotherEpochAndAllNodesFollowIt()
    {
        await using var fleet = await Fleet.Open(2);
        await fleet[0].Act("m", "k1");
        await fleet.Server.Program("pg_dump", fleet.Database, "--format=custom", $"--file={fleet.Server.File("dump")}");
        await fleet[0].Act("m", "k2");
        await fleet[1].CatchUp();
        var before = fleet[1].Journal.Epoch;
        Assert.Contains("\"Version\":2", fleet[1].Mirror["member m"], StringComparison.Ordinal);

        await fleet.Server.Program("pg_restore", fleet.Database, "--clean", "--if-exists", fleet.Server.File("dump"));
        await fleet[1].CatchUp();

        // By this, or by itself just before.
        Assert.True(fleet[1].Mirror.Replays > 1);
        Assert.NotEqual(before, fleet[1].Journal.Epoch);
        Assert.Equal(1, fleet[1].Journal.Applied);
        Assert.Contains("\"Version\":1", fleet[1].Mirror["member m"], StringComparison.Ordinal);
        await Eventually.True(() => fleet[0].Journal.Epoch == fleet[1].Journal.Epoch, "the other node notices by itself");
        Assert.Equal(2UL, await fleet[0].ActSurely("m", "k3"));
        await fleet.Converge();
    }

    [Fact]
    public async Task Open_TruthRestoredFromBeforeAnErasure_ErasesAgain()
    {
        using var folder = new TemporaryFolder();
        await using var fleet = await Fleet.Open(1, change: options => options with { ErasureFile = folder.File("erasures") });
        await fleet[0].Act("somebody", "k1");
        await fleet[0].Act("else", "k2");
        await fleet.Server.Program("pg_dump", fleet.Database, "--format=custom", $"--file={fleet.Server.File("before")}");
        Assert.True(await fleet[0].Erase("somebody"));
        await fleet[0].DisposeAsync();
        await fleet.Server.Program("pg_restore", fleet.Database, "--clean", "--if-exists", fleet.Server.File("before"));
        Assert.Equal("2", await fleet.Sql("SELECT count(*) FROM members"));

        await using var restored = await Node.Open(fleet.Options);
        fleet.Nodes[0] = restored;

        Assert.Null(restored.Mirror["member somebody"]);
        Assert.NotNull(restored.Mirror["member else"]);
        Assert.Equal("else", await fleet.Sql("SELECT string_agg(member, ',') FROM (SELECT member FROM members UNION SELECT member FROM actions) m"));
        Assert.Equal("1", await fleet.Sql("SELECT count(*) FROM answers"));

        // Who comes back later is somebody new, and stays.
        Assert.Equal(1UL, await restored.Act("somebody", "k3"));
        await using var again = await Node.Open(fleet.Options with { ErasureFile = folder.File("copy") });
        Assert.NotNull(again.Mirror["member somebody"]);
        await fleet.Converge();
    }

    [Fact]
    public async Task CatchUp_NewEpochByHand_EverythingAnew()
    {
        await using var fleet = await Fleet.Open(2);
        await fleet[0].Act("m", "k1");
        var before = fleet[1].Journal.Epoch;

        await fleet.Sql("SELECT new_epoch()");

        await fleet[1].CatchUp();
        Assert.True(fleet[1].Mirror.Replays > 1);
        Assert.NotEqual(before, fleet[1].Journal.Epoch);
        Assert.Equal(2UL, await fleet[0].ActSurely("m", "k2"));
        await fleet.Converge();
    }

    [Fact]
    public async Task CatchUp_TruthWentBackUnnoticed_GetsANewEpoch()
    {
        await using var fleet = await Fleet.Open(2);
        for (var i = 0; i < 5; i++) await fleet[0].Count("a", 10);
        await fleet[1].CatchUp();
        var before = fleet[1].Journal.Epoch;

        // As when files of an older moment are put back beneath PostgreSQL.
        await fleet.Sql("DELETE FROM change WHERE sequence > 3; UPDATE meta SET sequence = 3; UPDATE totals SET value = 3, revision = 3");

        await fleet[1].CatchUp();
        Assert.True(fleet[1].Mirror.Replays > 1);
        Assert.NotEqual(before, fleet[1].Journal.Epoch);
        await Eventually.True(() => fleet[0].Journal.Epoch == fleet[1].Journal.Epoch, "the other node notices by itself");
        await Eventually.True(() => fleet[0].Journal.Health.IsWritable, "it writes again");
        Assert.Equal(4, await fleet[0].Count("a", 10));
        await fleet.Converge();
    }

    // Every act is repeated under its key until it is acknowledged; so each has to have happened exactly once.
    private static async Task ActWhile(Fleet fleet, int perNode, Func<Task> disturb)
    {
        using var over = new CancellationTokenSource();
        var acknowledged = 0;
        var acting = Task.WhenAll(fleet.Nodes.Select((node, n) => Task.Run(async () =>
        {
            for (var i = 0; i < perNode || !over.IsCancellationRequested; i += 8)
            {
                await Task.WhenAll(Enumerable.Range(i, 8).Select(async act =>
                {
                    await node.ActSurely($"m{act % 10}", $"{n}-{act}");
                    Interlocked.Increment(ref acknowledged);
                }));
                if (i % 40 == 0) await node.CatchUp();
            }
        })));
        await disturb();
        await over.CancelAsync();
        await acting;

        var lines = await fleet.Converge();
        var expected = acknowledged.ToString(CultureInfo.InvariantCulture);
        Assert.Contains(lines, line => line.StartsWith("total acts", StringComparison.Ordinal) && line.Contains($"Value = {expected},", StringComparison.Ordinal));
        Assert.Equal(expected, await fleet.Sql("SELECT count(*) FROM actions"));
        Assert.Equal(expected, await fleet.Sql("SELECT count(*) FROM answers"));
        Assert.Equal(expected, await fleet.Sql("SELECT sum((convert_from(state, 'UTF8')::json ->> 'Version')::bigint) FROM members"));
        Assert.Equal("t", await fleet.Sql("SELECT (SELECT max(sequence) FROM change) = (SELECT sequence FROM meta) AND count(*) = max(sequence) - min(sequence) + 1 FROM change"));
    }
}
