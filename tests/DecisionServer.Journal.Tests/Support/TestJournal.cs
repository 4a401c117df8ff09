using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>A journal in a folder of the test, and what it handed over when it was opened.</summary>
internal sealed class TestJournal : IAsyncDisposable
{
    private TestJournal(IJournal journal, Contents contents) => (Journal, Contents) = (journal, contents);

    public IJournal Journal { get; }

    public Contents Contents { get; }

    /// <summary>Opens and replays. What is refused comes out as it is.</summary>
    public static async Task<TestJournal> Open(
        JournalOptions options, TimeProvider? clock = null, string failpoints = "", IReadOnlyList<Migration>? migrations = null, ILogger<SqliteJournal>? logger = null)
    {
        return await Open(new SqliteJournal(
            options, clock ?? TimeProvider.System, logger ?? NullLogger<SqliteJournal>.Instance, new Failpoints(failpoints), migrations ?? Schema.Migrations));
    }

    /// <summary>Opens and replays. What is refused comes out as it is.</summary>
    public static async Task<TestJournal> Open(IJournal journal)
    {
        try
        {
            journal.Open();
            var contents = new Contents();
            journal.Replay(contents);
            return new TestJournal(journal, contents);
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    public static Task<TestJournal> Open(TemporaryFolder folder, TimeProvider? clock = null) => Open(new JournalOptions { Directory = folder.Path }, clock);

    /// <summary>Everything in it: what is replayed, the actions of the members named, and the audit log.</summary>
    public async Task<List<string>> Everything(params string[] members)
    {
        var lines = new List<string>(Contents.Lines);
        await Journal.Do(transaction =>
        {
            foreach (var member in members) lines.AddRange(transaction.GetActions(member, 0, 100_000).Select(action => action.ToString()));
            lines.AddRange(transaction.GetAudit(0, 1_000).Select(record => record.ToString()));
        });
        return lines;
    }

    public ValueTask DisposeAsync() => Journal.DisposeAsync();
}
