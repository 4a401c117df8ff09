using System.Diagnostics;
using DecisionServer.Journal.Tests.Support;
using Xunit.Abstractions;

namespace DecisionServer.Journal.Tests.Speed;

/// <summary>
/// Durable commands per second with 128 writers, the same commands in turns: SQLite, PostgreSQL on the same machine with one node, and with three nodes that share
/// the writers. Nothing but a lost group commit is asserted: the machine is the tests' own.
/// </summary>
[Trait("Category", "Soak")]
public sealed class PostgresSpeedTests(ITestOutputHelper output)
{
    private const int Writers = 128;
    private const int PerWriter = 60;
    private const int Runs = 3;

    [Fact]
    public async Task Write_128Writers_InGroups()
    {
        await using var one = await Fleet.Open(1);
        await using var three = await Fleet.Open(3);
        using var folder = new TemporaryFolder();
        await using var sqlite = await TestJournal.Open(folder);
        var cases = new (string Name, IReadOnlyList<IJournal> Journals)[]
        {
            ("SQLite", [sqlite.Journal]),
            ("PostgreSQL, one node", [one[0].Journal]),
            ("PostgreSQL, three nodes", [.. three.Nodes.Select(node => node.Journal)]),
        };
        foreach (var hot in (bool[])[false, true])
        {
            for (var run = 0; run <= Runs; run++)
            {
                foreach (var (name, journals) in cases)
                {
                    var commits = journals.Sum(journal => journal.Statistics.Commits);
                    var watch = Stopwatch.StartNew();
                    await Run(journals, hot ? "hot" : null);
                    var seconds = watch.Elapsed.TotalSeconds;
                    commits = journals.Sum(journal => journal.Statistics.Commits) - commits;

                    // The first warms up.
                    if (run == 0) continue;
                    output.WriteLine($"{name}{(hot ? ", one total for all" : "")}: {Writers * PerWriter / seconds:f0} commands/s, {commits / seconds:f0} commits/s");
                    Assert.True(commits < Writers * PerWriter / 4, "commands share commits");
                }
            }
        }
    }

    private static Task Run(IReadOnlyList<IJournal> journals, string? hot) => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
    {
        for (var i = 0; i < PerWriter; i++)
        {
            var id = $"{Guid.NewGuid():N}";
            await journals[writer % journals.Count].Do(transaction =>
            {
                transaction.TryGetAnswer("Activate", id, out _);
                transaction.GetMember(id);
                if (hot is not null) transaction.SetTotal(hot, transaction.GetTotal(hot) + 1, "");
                transaction.PutMember(Fill.Member(id));
                transaction.Append(new ActionRecord { Kind = ActionKind.Activation, At = Fill.Noon, MemberId = id, OfferId = "offer-1", Channel = "app" });
                transaction.PutAnswer("Activate", id, id, 1, new byte[64]);
            });
        }
    })));
}
