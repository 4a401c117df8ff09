using DecisionServer.Journal.Tests.Support;
using DecisionServer.Store;

namespace DecisionServer.Journal.Tests;

public sealed class SqliteJournalTests : JournalContractTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Write_ProcessKilledAfterAcknowledgement_NothingIsMissing()
    {
        await using var journal = await TestJournal.Open(_folder);
        await Fill.Everything(journal.Journal, 200);

        // The files as they are now, the log not carried over.
        using var killed = _folder.Copy();
        await using var again = await TestJournal.Open(killed);

        Assert.Equal(200, again.Contents.AllMembers.Count);
    }

    [Fact]
    public async Task Write_BeforeReplayOrAfterDispose_Refused()
    {
        var journal = new SqliteJournal(new JournalOptions { Directory = _folder.Path }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<SqliteJournal>.Instance);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Do(_ => { }));
        journal.Open();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Do(_ => { }));
        journal.Replay(new Contents());
        await journal.Do(_ => { });
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Do(_ => { }));
    }

    public void Dispose() => _folder.Dispose();

    internal override Task<TestJournal> Open(TimeProvider? clock = null, int maxQueued = 16_384) =>
        TestJournal.Open(new JournalOptions { Directory = _folder.Path, MaxQueued = maxQueued }, clock);

    internal override long CountAnswers() => Sql.Count(_folder.File("journal.db"), "answers");
}
