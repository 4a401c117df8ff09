using DecisionServer.Journal.Tests.Support;
using DecisionServer.Store;

namespace DecisionServer.Journal.Tests;

/// <summary>What every journal does, whatever keeps it.</summary>
public abstract class JournalContractTests
{
    /// <summary>Long enough for any machine. A test that fails meanwhile must not leave the writer waiting: closing waits for it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Opens the test's journal, again with what was written before.</summary>
    internal abstract Task<TestJournal> Open(TimeProvider? clock = null, int maxQueued = 16_384);

    /// <summary>Answers that are stored.</summary>
    internal abstract long CountAnswers();

    [Fact]
    public async Task Write_ManyCallersWhileACommitRuns_ShareTheNextOne()
    {
        await using var journal = await Open();
        using var running = new ManualResetEventSlim();
        using var hold = new ManualResetEventSlim();
        var before = journal.Journal.Statistics.Commits;

        // The first occupies the writer, alone, until all others wait: no timer plays a part.
        var first = journal.Journal.Do(transaction =>
        {
            running.Set();
            hold.Wait(Bound);
            return transaction.Number();
        });
        Assert.True(running.Wait(Bound));
        var others = Enumerable.Range(0, 300).Select(_ => journal.Journal.Do(t => t.Number())).ToList();
        await Eventually.True(() => journal.Journal.Statistics.Queued == 300, "all wait");
        hold.Set();
        await Task.WhenAll(others.Prepend(first));

        Assert.InRange(journal.Journal.Statistics.Commits - before, 1, 3);
        Assert.Equal(Enumerable.Range(1, 301).Select(i => (long)i), others.Prepend(first).Select(task => task.Result).Order());
    }

    [Fact]
    public async Task Write_OneOfMany_FailsAfterWriting_OthersHappenOnce()
    {
        await using var journal = await Open();
        using var hold = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var blocker = journal.Journal.Do(_ => hold.Wait(Bound));
        Func<IJournalTransaction, long> count = transaction =>
        {
            transaction.SetTotal("a", transaction.GetTotal("a") + 1, "");
            return transaction.Number();
        };
        var before = Enumerable.Range(0, 20).Select(_ => journal.Journal.Do(count)).ToList();
        var cancelled = journal.Journal.Write(new Command<long>(count), cancel.Token);
        var refused = journal.Journal.Do((Action<IJournalTransaction>)(_ => throw new InvalidDataException("before writing")));
        var faulty = journal.Journal.Do(transaction =>
        {
            count(transaction);
            throw new InvalidDataException("after writing");
        });
        var after = Enumerable.Range(0, 20).Select(_ => journal.Journal.Do(count)).ToList();
        await cancel.CancelAsync();
        hold.Set();

        await Task.WhenAll([blocker, .. before, .. after]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal("before writing", (await Assert.ThrowsAsync<InvalidDataException>(() => refused)).Message);
        Assert.Equal("after writing", (await Assert.ThrowsAsync<InvalidDataException>(() => faulty)).Message);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), before.Concat(after).Select(task => task.Result));
        Assert.Equal(40, await journal.Journal.Do(transaction => transaction.GetTotal("a")));
    }

    [Fact]
    public async Task Write_ManyCommands_ApplyComesAfterDurabilityInCommitOrder()
    {
        await using var journal = await Open();
        var applied = new List<long>();

        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => journal.Journal.Do(
            transaction => transaction.Number(), applied.Add)));

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), applied);
        Assert.Equal(applied, results.Order());
    }

    [Fact]
    public async Task Write_NothingWritten_MakesNoCommit()
    {
        await using var journal = await Open();

        await journal.Journal.Do(transaction => transaction.GetTotal("a"));

        Assert.Equal(0, journal.Journal.Statistics.Commits);
    }

    [Fact]
    public async Task Write_CancelledBeforeItRuns_ChangesNothing()
    {
        await using var journal = await Open();
        using var hold = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var blocker = journal.Journal.Do(_ => hold.Wait(Bound));
        var cancelled = journal.Journal.Write(new Command<int>(transaction => { transaction.SetTotal("a", 1, ""); return 0; }), cancel.Token);

        await cancel.CancelAsync();
        hold.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(0, await journal.Journal.Do(transaction => transaction.GetTotal("a")));
        await blocker;
    }

    [Fact]
    public async Task Write_QueueFull_RefusedWithAHint()
    {
        await using var journal = await Open(maxQueued: 3);
        using var running = new ManualResetEventSlim();
        using var hold = new ManualResetEventSlim();
        var blocker = journal.Journal.Do(_ =>
        {
            running.Set();
            hold.Wait(Bound);
        });
        Assert.True(running.Wait(Bound));
        var waiting = Enumerable.Range(0, 3).Select(_ => journal.Journal.Do(_ => { })).ToList();

        var refusal = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.Journal.Do(_ => { }));
        hold.Set();

        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        await Task.WhenAll(waiting.Append(blocker));
        await journal.Journal.Do(_ => { });
    }

    [Fact]
    public async Task TryGetAnswer_WithinRetention_TheSameAlsoAfterRestart()
    {
        var clock = new ManualClock();
        await using (var journal = await Open(clock))
        {
            await journal.Journal.Do(transaction => transaction.PutAnswer("Activate", "k", "m", 42, [1, 2, 3]));
            Assert.False(await journal.Journal.Do(transaction => transaction.TryGetAnswer("Redeem", "k", out _)));
        }

        clock.Advance(TimeSpan.FromDays(7));
        await using var again = await Open(clock);
        var kept = await again.Journal.Do(transaction => transaction.TryGetAnswer("Activate", "k", out var answer) ? answer : default);

        Assert.Equal((UInt128)42, kept.RequestHash);
        Assert.Equal([1, 2, 3], kept.Answer);
    }

    [Fact]
    public async Task PutFact_Replaced_RemovedAndReopened_IsWhatWasPutLast()
    {
        await using (var journal = await Open())
        {
            await journal.Journal.Do(transaction =>
            {
                transaction.PutFact("node", new NamedDocument("b", "1"));
                transaction.PutFact("node", new NamedDocument("a", "{}"));
                transaction.PutFact("node", new NamedDocument("gone", "x"));
                transaction.PutFact("other", new NamedDocument("a", "elsewhere"));
            });
            var (all, one, none) = await journal.Journal.Do(transaction =>
            {
                transaction.PutFact("node", new NamedDocument("b", "2"));
                transaction.PutFact("node", new NamedDocument("gone", ""));
                return (transaction.GetFacts("node"), transaction.GetFact("other", "a"), transaction.GetFact("node", "gone"));
            });

            Assert.Equal([new NamedDocument("a", "{}"), new NamedDocument("b", "2")], all);
            Assert.Equal((new NamedDocument("a", "elsewhere"), null), (one, none));
        }

        await using var again = await Open();
        Assert.Equal(
            ["fact node a {}", "fact node b 2", "fact other a elsewhere"],
            again.Contents.Lines.Where(line => line.StartsWith("fact ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task PutAvailability_ScopedRow_CountsItsHeadLikeServing()
    {
        await using var journal = await Open();

        static AvailabilityRow Row(AvailabilityScopeKind scope, string id) =>
            new() { Subject = AvailabilitySubject.Item, SubjectId = "i", Scope = scope, ScopeId = id, Version = 1, Epoch = 1 };
        var counts = await journal.Journal.Do(transaction =>
        {
            transaction.PutAvailability([Row(AvailabilityScopeKind.Store, "s")], 1);
            var scoped = transaction.AvailabilityRows;
            transaction.PutAvailability([Row(AvailabilityScopeKind.Everywhere, "")], 2);
            return (scoped, transaction.AvailabilityRows, transaction.GetAvailability(AvailabilitySubject.Item, "i", AvailabilityScopeKind.Chain, "c"));
        });

        Assert.Equal((2, 2, null), counts);
    }

    [Fact]
    public async Task Write_EverythingThenReopened_ReplaysTheSame()
    {
        List<string> before;
        await using (var journal = await Open())
        {
            await Fill.Everything(journal.Journal, 50);
        }

        await using (var journal = await Open()) before = await journal.Everything("member-00007");
        await using var again = await Open();

        Assert.Equal(before, await again.Everything("member-00007"));
        Assert.Equal(50, again.Contents.AllMembers.Count);
        Assert.Equivalent(Fill.Member("member-00007"), again.Contents.AllMembers[7], strict: true);
        Assert.Contains(before, line => line.StartsWith("availability ", StringComparison.Ordinal) && line.Contains("Version = 18446744073709551615", StringComparison.Ordinal));
        Assert.Contains("epoch 2", before);
        Assert.Contains(before, line => line.Contains("MaxPerBrand\":2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_ExecuteThrows_OnlyItsOwnEffectsAreUndone()
    {
        await using var journal = await Open();
        using var hold = new ManualResetEventSlim();
        var blocker = journal.Journal.Do(_ => hold.Wait(Bound));
        var before = journal.Journal.Do(transaction => transaction.SetTotal("a", 1, ""));
        var faulty = journal.Journal.Do(transaction =>
        {
            transaction.SetTotal("a", 99, "");
            transaction.SetTotal("b", 99, "");
            transaction.Append(new ActionRecord { Kind = ActionKind.Click, At = transaction.Now, MemberId = "m" });
            transaction.PutAvailability([new AvailabilityRow { Subject = AvailabilitySubject.Item, SubjectId = "i", Version = 1, Epoch = 9 }], 9);
            transaction.EraseMember("m");
            throw new InvalidDataException("no");
        });
        var after = journal.Journal.Do(transaction =>
            (transaction.GetTotal("a"), transaction.GetTotal("b"), transaction.AvailabilityEpoch, transaction.AvailabilityRows, transaction.GetActions("m", 0, 10).Count));
        hold.Set();

        await Assert.ThrowsAsync<InvalidDataException>(() => faulty);
        await Task.WhenAll(blocker, before);
        Assert.Equal((1, 0, 0UL, 0, 0), await after);
        await using var again = await Reopened(journal);
        Assert.DoesNotContain(again.Contents.Lines, line => line.StartsWith("erased ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dispose_CommandsWait_TheyAreRunFirst()
    {
        var journal = await Open();
        var waiting = Enumerable.Range(0, 1_000).Select(i => journal.Journal.Do(transaction => transaction.SetTotal($"t{i}", i, ""))).ToList();

        await journal.DisposeAsync();
        await Task.WhenAll(waiting);
        await using var again = await Open();

        Assert.Equal(1_000, again.Contents.Lines.Count(line => line.StartsWith("total ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TryGetAnswer_AfterRetention_ForgottenAndDeleted()
    {
        var clock = new ManualClock();
        await using var journal = await Open(clock);
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => journal.Journal.Do(t => t.PutAnswer("m", $"k{i}", "", 0, [0]))));
        clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromTicks(1));

        Assert.False(await journal.Journal.Do(transaction => transaction.TryGetAnswer("m", "k0", out _)));
        await journal.Journal.Do(transaction => transaction.PutAnswer("m", "k0", "", 0, [7]));

        await Eventually.True(() => CountAnswers() == 1, "the old answers are deleted");
        Assert.Equal([7], await journal.Journal.Do(transaction => transaction.TryGetAnswer("m", "k0", out var answer) ? answer.Answer : []));
    }

    [Fact]
    public async Task EraseMember_ThenRead_NothingIsKnown()
    {
        await using var journal = await Open();
        await Fill.Everything(journal.Journal, 3);

        var erased = await journal.Journal.Do(t => t.EraseMember("member-00001"));
        var unknown = await journal.Journal.Do(t => t.EraseMember("never-seen"));
        var left = await journal.Journal.Do(t => (t.GetMember("member-00001"), t.GetActions("member-00001", 0, 10).Count, t.TryGetAnswer("Activate", "key-1", out _)));

        Assert.Equal((true, false), (erased, unknown));
        Assert.Equal((null, 0, false), left);
        Assert.NotNull(await journal.Journal.Do(t => t.GetMember("member-00002")));
        await using var again = await Reopened(journal);
        Assert.Equal(2, again.Contents.Lines.Count(line => line.StartsWith("erased ", StringComparison.Ordinal)));
        Assert.Equal(["member-00000", "member-00002"], again.Contents.AllMembers.Select(member => member.MemberId));
    }

    [Fact]
    public async Task EraseMember_AmongOtherWritesOfTheSameMember_OnlyWhatComesAfterIsLeft()
    {
        await using var journal = await Open();
        await journal.Journal.Do(transaction =>
        {
            transaction.PutMember(Fill.Member("m", 1));
            transaction.PutAnswer("Activate", "before", "m", 1, [1]);
        });

        // One batch or several: it makes no difference.
        using var hold = new ManualResetEventSlim();
        var blocker = journal.Journal.Do(_ => hold.Wait(Bound));
        var acts = new[]
        {
            journal.Journal.Do(t => { t.Append(new ActionRecord { Kind = ActionKind.Click, At = t.Now, MemberId = "m", OfferId = "before" }); return true; }),
            journal.Journal.Do(t => { t.PutAnswer("Activate", "within", "m", 1, [1]); return true; }),
            journal.Journal.Do(t => t.EraseMember("m")),
            journal.Journal.Do(t => t.GetMember("m") is null && !t.TryGetAnswer("Activate", "before", out _) && !t.TryGetAnswer("Activate", "within", out _)),
            journal.Journal.Do(t => t.GetActions("m", 0, 10).Count == 0),
            journal.Journal.Do(t =>
            {
                t.PutMember(Fill.Member("m", 7));
                t.Append(new ActionRecord { Kind = ActionKind.Click, At = t.Now, MemberId = "m", OfferId = "after" });
                return true;
            }),
        };
        hold.Set();
        await blocker;

        Assert.All(await Task.WhenAll(acts), Assert.True);
        var (version, offers) = await journal.Journal.Do(t => (t.GetMember("m")!.Version, string.Join(',', t.GetActions("m", 0, 10).Select(action => action.OfferId))));
        Assert.Equal((7UL, "after"), (version, offers));
    }

    [Fact]
    public async Task Documents_PutReplacedAndRemoved_AreReadAsPut()
    {
        await using var journal = await Open();
        await Fill.Everything(journal.Journal, 1);

        var seen = await journal.Journal.Do(transaction =>
        {
            transaction.PutSegmentOffers("silver", [new ScoredOfferConfig("offer-9", 1)]);
            transaction.PutSegmentOffers("gold", []);
            transaction.PutCapRules([new NamedDocument("rule", ""), new NamedDocument("other", "{}")]);
            transaction.PutPlacements([new PlacementConfig { Name = "app.cart" }]);
            return (transaction.SegmentCount, transaction.HasSegmentOffers("gold"), transaction.HasSegmentOffers("silver"),
                string.Join(',', transaction.GetPlacements().Select(placement => placement.Name)), string.Join(',', transaction.GetCapRules().Select(rule => rule.Name)));
        });

        Assert.Equal((1, false, true, "app.cart,app.home", "other"), seen);
        await using var again = await Reopened(journal);
        Assert.Contains(again.Contents.Lines, line => line.StartsWith("segment silver", StringComparison.Ordinal));
        Assert.DoesNotContain(again.Contents.Lines, line => line.StartsWith("segment gold", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Audit_OfManyCommits_IsReadNewestFirstInPages()
    {
        await using var journal = await Open();
        for (var i = 0; i < 5; i++) await journal.Journal.Do(transaction => transaction.Audit("act", $"s{i}", ""));

        var first = await journal.Journal.Do(transaction => transaction.GetAudit(0, 2));
        var next = await journal.Journal.Do(transaction => transaction.GetAudit(first[^1].Sequence, 10));

        Assert.Equal(["s4", "s3"], first.Select(record => record.Subject));
        Assert.Equal(["s2", "s1", "s0"], next.Select(record => record.Subject));
    }

    private async Task<TestJournal> Reopened(TestJournal journal)
    {
        await journal.DisposeAsync();
        return await Open();
    }
}
