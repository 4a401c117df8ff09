using DecisionServer.Journal.Tests.Support;

namespace DecisionServer.Journal.Tests;

[Trait("Category", "Fault")]
public sealed class FaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("journal.before-commit")]
    [InlineData("journal.after-commit")]
    [InlineData("journal.erasure-noted")]
    [InlineData("journal.before-answer")]
    public async Task Write_DiskFailsAtACommit_NoFurtherWriteUntilReopened(string place)
    {
        await using (var journal = await TestJournal.Open(new JournalOptions { Directory = _folder.Path }, failpoints: $"{place}=ioerror@1"))
        {
            var changes = new List<JournalHealth>();
            journal.Journal.HealthChanged += changes.Add;

            var first = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Journal.Do(t =>
            {
                t.SetTotal("a", 1, "");
                t.EraseMember("m");
            }));
            await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Journal.Do(t => t.SetTotal("b", 1, "")));

            Assert.Contains("failpoint", first.Message, StringComparison.Ordinal);
            Assert.Equal(JournalCondition.Failed, Assert.Single(changes).Condition);
            Assert.StartsWith(_folder.File("journal.db"), journal.Journal.Health.Reason, StringComparison.Ordinal);
        }

        // All or nothing, and nothing of what was refused.
        await using var again = await TestJournal.Open(_folder);
        Assert.True(again.Journal.Health.IsWritable);
        var (a, b) = await again.Journal.Do(t => (t.GetTotal("a"), t.GetTotal("b")));
        Assert.Equal((place is "journal.after-commit" or "journal.before-answer" ? 1 : 0, 0), (a, b));
    }

    [Fact]
    public async Task Write_CheckpointFails_NothingAcknowledgedIsMissing()
    {
        var acknowledged = 0;
        await using (var journal = await TestJournal.Open(new JournalOptions { Directory = _folder.Path, CheckpointBytes = 65_536 }, failpoints: "journal.checkpoint=ioerror@2"))
        {
            await Assert.ThrowsAsync<JournalUnavailableException>(async () =>
            {
                for (; ; acknowledged++) await journal.Journal.Do(t => t.PutMember(Fill.Member($"m{acknowledged}")));
            });
        }

        await using var again = await TestJournal.Open(_folder);
        Assert.Equal(acknowledged, again.Contents.AllMembers.Count);
        Assert.True(acknowledged > 0);
    }

    [Fact]
    public async Task Write_ApplyThrows_NoFurtherWriteBecauseServingWouldBeWrong()
    {
        await using var journal = await TestJournal.Open(_folder);

        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Journal.Do(_ => 1, _ => throw new InvalidOperationException("a bug")));

        Assert.Equal(JournalCondition.Failed, journal.Journal.Health.Condition);
    }

    [Fact]
    public async Task Write_DiskAlmostFull_RefusedBeforeAnythingBreaksAndAcceptedAgain()
    {
        using var disk = new SmallDisk(8);
        await using var journal = await TestJournal.Open(new JournalOptions { Directory = disk.Path });
        await journal.Journal.Do(t => t.PutMember(Fill.Member("before")));
        disk.FillUpTo(900 << 10);

        var refusal = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Journal.Do(t => t.PutMember(Fill.Member("refused"))));
        Assert.Equal(JournalCondition.NoSpace, journal.Journal.Health.Condition);
        Assert.Contains("KiB free", refusal.Message, StringComparison.Ordinal);

        // By itself, without a restart: nothing has failed.
        disk.GiveBack();
        await Eventually.True(() => journal.Journal.Health.IsWritable, "there is space again");
        await journal.Journal.Do(t => t.PutMember(Fill.Member("after")));
        await journal.DisposeAsync();
        await using var again = await TestJournal.Open(new JournalOptions { Directory = disk.Path });
        Assert.Equal(["after", "before"], again.Contents.AllMembers.Select(member => member.MemberId));
    }

    [Fact]
    public async Task Write_DiskFullInACommit_NothingAcknowledgedIsMissing()
    {
        using var disk = new SmallDisk(4);
        var acknowledged = 0;
        await using (var journal = await TestJournal.Open(new JournalOptions { Directory = disk.Path, ReserveBytes = 1, CheckpointBytes = 1 << 20 }))
        {
            await Assert.ThrowsAsync<JournalUnavailableException>(async () =>
            {
                for (; ; acknowledged++) await journal.Journal.Do(t => t.Append(new ActionRecord { Kind = ActionKind.Click, At = t.Now, MemberId = $"m{acknowledged}", Detail = new string('x', 3_000) }));
            });
            Assert.False(journal.Journal.Health.IsWritable);
        }

        using var roomy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(disk.Path)) File.Copy(file, roomy.File(Path.GetFileName(file)));
        await using var again = await TestJournal.Open(roomy);
        var found = await again.Journal.Do(t => Enumerable.Range(0, acknowledged).Count(i => t.GetActions($"m{i}", 0, 2).Count == 1));
        Assert.Equal(acknowledged, found);
        Assert.InRange(acknowledged, 50, 2_000);
    }

    [Theory]
    [InlineData("journal.nowhere=kill@1")]
    [InlineData("journal.checkpoint=explode@1")]
    [InlineData("journal.checkpoint=kill@0")]
    [InlineData("journal.checkpoint")]
    public void Failpoints_Malformed_Refused(string text) => Assert.Throws<FormatException>(() => new Failpoints(text));

    public void Dispose() => _folder.Dispose();
}
