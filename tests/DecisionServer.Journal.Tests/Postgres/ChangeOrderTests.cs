using DecisionServer.Journal.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Journal.Tests.Postgres;

/// <summary>The order of changes, without a database.</summary>
public sealed class ChangeOrderTests
{
    private const string Epoch = "0123456789abcdef";
    private static readonly Guid Own = Guid.NewGuid();
    private static readonly Guid Other = Guid.NewGuid();
    private readonly Mirror _mirror = new();
    private readonly ChangeOrder _order;

    public ChangeOrderTests()
    {
        _order = new ChangeOrder(_mirror, Own, NullLogger.Instance);
        _order.Replay(() => (Epoch, 10), onlyIfNeeded: true);
    }

    [Fact]
    public void Follow_OwnCommitComesBackBeforeItIsApplied_WaitsAndIsAppliedOnce()
    {
        _order.Begin(7);

        // Another node has committed 12, and was faster to announce all three.
        Assert.True(_order.Follow([Change(11, Other, 1), Change(12, Own, 7), Change(13, Other, 2)]));
        Assert.Equal((11, 13), (_order.Applied, _order.Known));
        var applied = 0;
        Assert.True(_order.Committed(12, [Change(11, Other, 1)], () => applied++));

        Assert.Equal((1, 13), (applied, _order.Applied));
        Assert.Null(_mirror["total t12"]);
        Assert.NotNull(_mirror["total t13"]);
    }

    [Fact]
    public void Release_CommitWasInDoubtAndHasHappened_IsAppliedAsItCameBack()
    {
        _order.Begin(7);
        Assert.True(_order.Follow([Change(11, Own, 7), Change(12, Other, 1)]));
        Assert.Equal(10, _order.Applied);

        _order.Release();

        Assert.Equal(12, _order.Applied);
        Assert.NotNull(_mirror["total t11"]);
    }

    [Fact]
    public void Committed_ReplayBroughtItAlready_IsNotAppliedAgain()
    {
        _order.Begin(7);
        _order.Replay(() => (Epoch, 11), onlyIfNeeded: false);

        Assert.True(_order.Committed(11, [], () => Assert.Fail("applied twice")));

        Assert.Equal(11, _order.Applied);
    }

    [Fact]
    public void Follow_GapOtherEpochOrDamage_NothingIsApplied()
    {
        var damaged = Change(11, Other, 1).Content.ToArray();
        damaged[^8] ^= 1;

        Assert.False(_order.Follow([Change(12, Other, 1)]));
        Assert.False(_order.Follow([Change(11, Other, 1, "another epoch...")]));
        Assert.False(_order.Follow([new Change(11, damaged)]));
        Assert.False(_order.Follow([new Change(11, new byte[3])]));
        Assert.Equal(10, _order.Applied);
        Assert.True(_order.Follow([Change(10, Other, 1), Change(11, Other, 1)]));
        Assert.Equal(11, _order.Applied);
    }

    [Fact]
    public void Committed_ServingFails_EverythingIsNeededAnew()
    {
        Assert.False(_order.Committed(11, [], () => throw new InvalidOperationException("a bug in serving")));

        Assert.True(_order.ReplayNeeded);
        Assert.False(_order.Follow([Change(11, Other, 1)]));
        Assert.True(_order.Replay(() => (Epoch, 11), onlyIfNeeded: true));
        Assert.True(_order.Follow([Change(12, Other, 1)]));
    }

    private static Change Change(long sequence, Guid writer, long batch, string epoch = Epoch)
    {
        var transaction = new PostgresTransaction(new BatchRows(() => throw new InvalidOperationException("nothing is read")), TimeSpan.FromDays(1), TimeProvider.System);
        transaction.Begin(anew: true);
        transaction.BeginCommand();
        transaction.SetTotal($"t{sequence}", sequence, "");
        transaction.PutFact("kind", new NamedDocument("name", $"{sequence}"));
        transaction.EndCommand();
        return new Change(sequence, ChangeContent.Encode(transaction, new ChangeOrigin(writer, batch, epoch), new MemberDocument()));
    }
}
