using System.Globalization;
using DecisionServer.Journal.Tests.Support;

namespace DecisionServer.Journal.Tests;

/// <summary>Every damaged or missing file is refused by its name, or the damage is harmless: then everything is there. Never anything in between.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Members = 120;
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("journal.db", 250)]
    [InlineData("journal.db-wal", 300)]
    [InlineData("journal.mark", 128)]
    [InlineData("erasures", 62)]
    [InlineData("journal.db-shm", 30)]
    public async Task Open_AnyByteFlipped_RefusedOrHarmless(string name, int places)
    {
        using var killed = await Killed();
        var expected = await Expected(killed);
        var intact = File.ReadAllBytes(killed.File(name));
        var random = new Random(20_260_101);
        var refused = 0;

        for (var i = 0; i < places; i++)
        {
            // The headers byte by byte, the rest by chance.
            var at = i < 112 && i < intact.Length ? i : random.Next(intact.Length);
            var damaged = (byte[])intact.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            refused += await Check(killed, name, damaged, expected, $"byte {at}") ? 1 : 0;
        }

        Assert.True(name is "journal.mark" or "journal.db-shm" ? refused >= 0 : refused > places / 10, $"only {refused} of {places} were noticed");
    }

    [Theory]
    [InlineData("journal.db", 60)]
    [InlineData("journal.db-wal", 120)]
    [InlineData("journal.mark", 40)]
    [InlineData("erasures", 62)]
    public async Task Open_Truncated_RefusedOrHarmless(string name, int lengths)
    {
        using var killed = await Killed();
        var expected = await Expected(killed);
        var intact = File.ReadAllBytes(killed.File(name));
        var random = new Random(20_260_102);

        for (var i = 0; i < lengths; i++)
        {
            var length = i == 0 ? 0 : random.Next(intact.Length);
            await Check(killed, name, intact[..length], expected, $"length {length}");
        }
    }

    [Theory]
    [InlineData("journal.db", "journal.db")]
    [InlineData("journal.db-wal", "journal.db-wal")]
    [InlineData("journal.mark", "journal.mark")]
    [InlineData("erasures", "erasures")]
    public async Task Open_FileMissing_RefusedByName(string name, string named)
    {
        using var killed = await Killed();
        File.Delete(killed.File(name));

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(killed));

        Assert.Equal(killed.File(named), refusal.Path);
        Assert.Contains("restore a backup", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AllMissingButTheLog_Refused()
    {
        using var killed = await Killed();
        File.Delete(killed.File("journal.db"));
        File.Delete(killed.File("journal.mark"));
        File.Delete(killed.File("erasures"));

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(killed));

        Assert.Contains("journal.db-wal is there", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherJournal_Refused()
    {
        using var other = new TemporaryFolder();
        await using (await TestJournal.Open(other))
        {
            // Made and closed.
        }

        await using (await TestJournal.Open(_folder))
        {
            // Made and closed.
        }

        File.Copy(other.File("journal.db"), _folder.File("journal.db"), overwrite: true);

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(_folder));

        Assert.Contains("another journal", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OlderCopyOfItsOwnFiles_Refused()
    {
        await using (var journal = await TestJournal.Open(_folder)) await Fill.Everything(journal.Journal, 3);
        using var older = _folder.Copy();
        await using (var journal = await TestJournal.Open(_folder)) await journal.Journal.Do(transaction => transaction.SetTotal("a", 1, ""));
        File.Copy(older.File("journal.db"), _folder.File("journal.db"), overwrite: true);

        var refusal = await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(_folder));

        Assert.Contains("were acknowledged", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_RefusedFiles_AreLeftAsTheyWere()
    {
        using var killed = await Killed();
        var log = File.ReadAllBytes(killed.File("journal.db-wal"));
        log[log.Length / 2] ^= 1;
        File.WriteAllBytes(killed.File("journal.db-wal"), log);
        var database = File.ReadAllBytes(killed.File("journal.db"));

        await Assert.ThrowsAsync<JournalDamagedException>(() => TestJournal.Open(killed));

        Assert.Equal(log, File.ReadAllBytes(killed.File("journal.db-wal")));
        Assert.Equal(database, File.ReadAllBytes(killed.File("journal.db")));
    }

    [Fact]
    public async Task Open_CreationCutShort_BeginsAnew()
    {
        File.WriteAllText(_folder.File("journal.db.new"), "half");

        await using var journal = await TestJournal.Open(_folder);

        await journal.Journal.Do(_ => { });
    }

    public void Dispose() => _folder.Dispose();

    // Rows in the database file, rows in the log, an erasure; as a killed process leaves them.
    private async Task<TemporaryFolder> Killed()
    {
        await using (var journal = await TestJournal.Open(_folder)) await Fill.Everything(journal.Journal, Members);
        await using var again = await TestJournal.Open(new JournalOptions { Directory = _folder.Path, ErasurePurge = TimeSpan.FromHours(1) });
        await again.Journal.Do(transaction => transaction.EraseMember("member-00000"));
        await Eventually.True(() => Sql.Purged(_folder.File("journal.db")), "the bytes are gone");
        for (var i = 1; i < 20; i++)
        {
            await again.Journal.Do(transaction =>
            {
                transaction.PutMember(Fill.Member($"member-{i:d5}", 2));
                transaction.Append(new ActionRecord { Kind = ActionKind.Click, At = transaction.Now, MemberId = $"member-{i:d5}", Detail = new string('x', 500) });
                transaction.PutAnswer("Again", $"key-{i}", $"member-{i:d5}", (UInt128)i, [9, (byte)i]);
            });
        }

        return _folder.Copy();
    }

    private static async Task<List<string>> Expected(TemporaryFolder killed)
    {
        using var copy = killed.Copy();
        return await Everything(copy);
    }

    /// <returns>Whether it was refused.</returns>
    private static async Task<bool> Check(TemporaryFolder killed, string name, byte[] bytes, List<string> expected, string what)
    {
        using var copy = killed.Copy();
        File.WriteAllBytes(copy.File(name), bytes);
        List<string> found;
        try
        {
            found = await Everything(copy);
        }
        catch (JournalDamagedException e)
        {
            Assert.StartsWith(copy.Path, e.Path, StringComparison.Ordinal);
            return true;
        }
        catch (IOException e)
        {
            Assert.StartsWith(copy.Path, e.Message, StringComparison.Ordinal);
            return true;
        }

        Assert.True(expected.SequenceEqual(found), string.Create(CultureInfo.InvariantCulture, $"{name}, {what}: neither refused nor harmless: {expected.Count} lines, {found.Count} found, {expected.Except(found).FirstOrDefault()}"));
        return false;
    }

    private static async Task<List<string>> Everything(TemporaryFolder folder)
    {
        await using var journal = await TestJournal.Open(folder);
        string[] members = [.. Enumerable.Range(0, Members).Select(i => $"member-{i:d5}")];
        var lines = await journal.Everything(members);
        await journal.Journal.Do(transaction =>
        {
            for (var i = 0; i < Members; i++)
            {
                foreach (var method in new[] { "Activate", "Again" })
                    lines.Add(transaction.TryGetAnswer(method, $"key-{i}", out var answer) ? $"answer {answer.RequestHash} {string.Join(' ', answer.Answer)}" : "no answer");
            }
        });
        return lines;
    }
}
