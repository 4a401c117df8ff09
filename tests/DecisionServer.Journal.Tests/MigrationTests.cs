using DecisionServer.Journal.Tests.Support;

namespace DecisionServer.Journal.Tests;

public sealed class MigrationTests : IDisposable
{
    private static readonly IReadOnlyList<Migration> Later =
        [.. Schema.Migrations, new Migration("notes", ["CREATE TABLE notes (text TEXT NOT NULL) STRICT", "INSERT INTO notes SELECT member FROM members"])];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Open_OlderForm_BroughtForwardWithItsRows()
    {
        await using (var journal = await TestJournal.Open(_folder)) await Fill.Everything(journal.Journal, 5);

        List<string> contents;
        await using (var journal = await TestJournal.Open(new JournalOptions { Directory = _folder.Path }, migrations: Later)) contents = journal.Contents.Lines;
        await using var again = await TestJournal.Open(new JournalOptions { Directory = _folder.Path }, migrations: Later);

        Assert.Equal(5, Sql.Count(_folder.File("journal.db"), "notes"));
        Assert.Equal(contents, again.Contents.Lines);
    }

    [Fact]
    public async Task Open_NewerForm_RefusedWithoutAChange()
    {
        await using (await TestJournal.Open(new JournalOptions { Directory = _folder.Path }, migrations: Later))
        {
            // Made and closed.
        }

        var before = File.ReadAllBytes(_folder.File("journal.db"));
        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(_folder));

        Assert.Contains($"has form {Later.Count}, this version knows forms up to {Schema.Migrations.Count}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("journal.db")));
    }

    [Fact]
    public async Task Open_StepFails_StaysAsItWas()
    {
        IReadOnlyList<Migration> bad = [.. Schema.Migrations, new Migration("bad", ["CREATE TABLE notes (text TEXT) STRICT", "INSERT INTO nowhere VALUES (1)"])];
        await using (var journal = await TestJournal.Open(_folder)) await Fill.Everything(journal.Journal, 5);

        await Assert.ThrowsAnyAsync<Exception>(() => TestJournal.Open(new JournalOptions { Directory = _folder.Path }, migrations: bad));
        await using var again = await TestJournal.Open(_folder);

        Assert.Equal(5, again.Contents.AllMembers.Count);
    }

    public void Dispose() => _folder.Dispose();
}
