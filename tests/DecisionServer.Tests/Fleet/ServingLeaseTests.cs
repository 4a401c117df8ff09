using DecisionServer.Fleet;

namespace DecisionServer.Tests.Fleet;

public sealed class ServingLeaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualClock _clock = new();
    private readonly ServingLease _lease;

    public ServingLeaseTests() => _lease = new ServingLease(_clock);

    [Fact]
    public void IsHeld_Alone_ForEver()
    {
        _clock.Advance(TimeSpan.FromDays(10_000));

        Assert.True(_lease.IsHeld);
    }

    [Fact]
    public void IsHeld_RequiredAndNotRenewed_Not()
    {
        _lease.Require();

        Assert.False(_lease.IsHeld);
    }

    [Fact]
    public void IsHeld_Renewed_UntilTheTermIsOver()
    {
        _lease.Require();
        _lease.Renew(_clock.In(TimeSpan.FromSeconds(2)));

        _clock.Advance(TimeSpan.FromSeconds(1.999));
        Assert.True(_lease.IsHeld);
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.False(_lease.IsHeld);
    }

    [Fact]
    public void IsHeld_Bound_EndsThereWhateverIsRenewed()
    {
        _lease.Renew(_clock.In(TimeSpan.FromSeconds(2)));
        _lease.Bound(_clock.In(TimeSpan.FromSeconds(1)));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(_lease.IsHeld);
        _lease.Renew(_clock.In(TimeSpan.FromSeconds(2)));
        Assert.False(_lease.IsHeld);
        _lease.Unbound();
        Assert.True(_lease.IsHeld);
    }

    [Fact]
    public async Task WaitAsync_RenewedMeanwhile_True()
    {
        _lease.Require();
        var wait = _lease.WaitAsync(Patience, CancellationToken.None).AsTask();
        Assert.False(wait.IsCompleted);

        _lease.Renew(_clock.In(TimeSpan.FromSeconds(2)));

        Assert.True(await wait);
    }

    [Fact]
    public async Task WaitAsync_RenewedButBound_WaitsForTheBoundToGo()
    {
        _lease.Require();
        _lease.Bound(_clock.GetTimestamp());
        var wait = _lease.WaitAsync(Patience, CancellationToken.None).AsTask();
        _lease.Renew(_clock.In(TimeSpan.FromSeconds(2)));
        Assert.False(wait.IsCompleted);

        _lease.Unbound();

        Assert.True(await wait);
    }

    [Fact]
    public async Task WaitAsync_NotRenewed_FalseAfterItsTime()
    {
        _lease.Require();
        var wait = _lease.WaitAsync(TimeSpan.FromSeconds(2), CancellationToken.None).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await wait);
    }

    [Fact]
    public async Task WaitAsync_CallerGone_Cancelled()
    {
        _lease.Require();
        using var gone = new CancellationTokenSource();
        var wait = _lease.WaitAsync(Patience, gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
