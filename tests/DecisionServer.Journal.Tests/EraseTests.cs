using System.Text;
using DecisionServer.Journal.Tests.Support;

namespace DecisionServer.Journal.Tests;

public sealed class EraseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("journal.db");

    [Fact]
    public async Task EraseMember_AmongManyRewrittenOnes_LeavesNoByteInAnyFile()
    {
        await using var journal = await TestJournal.Open(_folder);
        await Fill.Everything(journal.Journal, 2_000);

        // Rows that grow at random places split pages, which leaves copies behind.
        var random = new Random(7);
        await Task.WhenAll(Enumerable.Range(0, 6_000).Select(_ => random.Next(2_000)).Select(i => journal.Journal.Do(transaction =>
        {
            var id = $"member-{i:d5}";
            var member = transaction.GetMember(id)!;
            transaction.PutMember(member with { Version = member.Version + 1, Attributes = new Dictionary<string, string> { [id] = new('x', (int)(member.Version * 37 % 900)) } });
            transaction.Append(new ActionRecord { Kind = ActionKind.Click, At = Fill.Noon, MemberId = id });
        })));

        for (var i = 100; i < 1_900; i += 90)
        {
            var id = $"member-{i:d5}";
            Assert.True(await journal.Journal.Do(transaction => transaction.EraseMember(id)));
            await Eventually.True(() => Sql.Purged(Database), $"the bytes of {id} are gone");
            Assert.Empty(FilesWith(id));
        }

        Assert.NotEmpty(FilesWith("member-00001"));
    }

    [Fact]
    public async Task EraseMember_ThenRead_NothingIsKnown()
    {
        await using var journal = await TestJournal.Open(_folder);
        await Fill.Everything(journal.Journal, 3);

        var erased = await journal.Journal.Do(t => t.EraseMember("member-00001"));
        var unknown = await journal.Journal.Do(t => t.EraseMember("never-seen"));
        var left = await journal.Journal.Do(t => (t.GetMember("member-00001"), t.GetActions("member-00001", 0, 10).Count, t.TryGetAnswer("Activate", "key-1", out _)));

        Assert.Equal((true, false), (erased, unknown));
        Assert.Equal((null, 0, false), left);
        Assert.NotNull(await journal.Journal.Do(t => t.GetMember("member-00002")));
    }

    [Fact]
    public async Task Open_BackupOfBeforeTheErasure_ErasesAgainAndOnlyThen()
    {
        var backup = _folder.File("backup.db");
        await using (var journal = await TestJournal.Open(_folder))
        {
            await Fill.Everything(journal.Journal, 4);
            await journal.Journal.Backup(backup, CancellationToken.None);
            await journal.Journal.Do(t => t.EraseMember("member-00002"));
        }

        Restore(backup);
        await using (var restored = await TestJournal.Open(_folder))
        {
            Assert.Equal(["member-00000", "member-00001", "member-00003"], restored.Contents.AllMembers.Select(member => member.MemberId));
            Assert.Equal(0, await restored.Journal.Do(t => t.GetActions("member-00002", 0, 10).Count));
            Assert.False(await restored.Journal.Do(t => t.TryGetAnswer("Activate", "key-2", out _)));
            await Eventually.True(() => Sql.Purged(Database), "the bytes are gone");
            Assert.Empty(FilesWith("member-00002"));

            // Who comes back later is somebody new.
            await restored.Journal.Do(t => t.PutMember(Fill.Member("member-00002", 77)));
        }

        await using var again = await TestJournal.Open(_folder);
        Assert.Equal(77UL, again.Contents.AllMembers.Single(member => member.MemberId == "member-00002").Version);
    }

    [Fact]
    public async Task Open_BackupInPlaceBesideTheOldLog_Refused()
    {
        var backup = _folder.File("backup.db");
        await using var journal = await TestJournal.Open(_folder);
        await Fill.Everything(journal.Journal, 4);
        await journal.Journal.Backup(backup, CancellationToken.None);
        using var killed = _folder.Copy();
        File.Copy(backup, killed.File("journal.db"), overwrite: true);

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(killed));

        Assert.Equal(killed.File("journal.db-wal"), refusal.Path);
    }

    [Fact]
    public async Task Open_KilledBetweenErasureAndPurge_PurgesThen()
    {
        await using var journal = await TestJournal.Open(new JournalOptions { Directory = _folder.Path });
        await Fill.Everything(journal.Journal, 300);

        // While a backup reads, the log cannot be cut, and its bytes stay: as when the process ends too early.
        using var reader = DecisionServer.Journal.Database.Open(Database);
        reader.KeepLogOnClose();
        reader.Run("BEGIN");
        Assert.Equal(300, reader.Integer("SELECT count(*) FROM members"));
        await journal.Journal.Do(t => t.EraseMember("member-00123"));
        using var killed = _folder.Copy();
        reader.Run("COMMIT");

        Assert.Contains(Directory.GetFiles(killed.Path), file => Contains(file, "member-00123"));
        File.Delete(killed.File("backup.db"));
        await using var again = await TestJournal.Open(killed);
        await Eventually.True(() => Sql.Purged(killed.File("journal.db")), "the bytes are gone");
        Assert.DoesNotContain(Directory.GetFiles(killed.Path), file => Contains(file, "member-00123"));
    }

    [Fact]
    public async Task Backup_WhileWriting_IsOneMomentOfTheJournal()
    {
        await using var journal = await TestJournal.Open(_folder);
        using var stop = new CancellationTokenSource();

        // Two totals that always move together.
        var writers = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                await journal.Journal.Do(t =>
                {
                    var value = t.GetTotal("a") + 1;
                    t.SetTotal("a", value, "");
                    t.PutMember(Fill.Member($"m{value % 500}", (ulong)value));
                    t.SetTotal("b", value, "");
                });
            }
        }).ToList();

        for (var i = 0; i < 5; i++)
        {
            await journal.Journal.Backup(_folder.File($"backup-{i}.db"), CancellationToken.None);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        long last = -1;
        for (var i = 0; i < 5; i++)
        {
            using var folder = new TemporaryFolder();
            File.Copy(_folder.File($"backup-{i}.db"), folder.File("journal.db"));
            await using var copy = await TestJournal.Open(folder);
            var (a, b) = await copy.Journal.Do(t => (t.GetTotal("a"), t.GetTotal("b")));
            Assert.Equal(a, b);
            Assert.InRange(a, last, long.MaxValue);
            Assert.Equal((int)Math.Min(a, 500), copy.Contents.AllMembers.Count);
            last = a;
        }

        Assert.True(last > 0);
    }

    [Fact]
    public async Task Backup_FileExists_RefusedAndUntouched()
    {
        await using var journal = await TestJournal.Open(_folder);
        File.WriteAllText(_folder.File("there"), "mine");

        await Assert.ThrowsAsync<IOException>(() => journal.Journal.Backup(_folder.File("there"), CancellationToken.None));

        Assert.Equal("mine", File.ReadAllText(_folder.File("there")));
    }

    public void Dispose() => _folder.Dispose();

    private void Restore(string backup)
    {
        File.Move(backup, Database, overwrite: true);
        File.Delete(_folder.File("journal.db-wal"));
        File.Delete(_folder.File("journal.db-shm"));
    }

    private List<string> FilesWith(string id) => [.. Directory.GetFiles(_folder.Path).Where(file => Contains(file, id))];

    private static bool Contains(string file, string id)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan(0, read).IndexOf(Encoding.UTF8.GetBytes(id)) >= 0;
    }
}
