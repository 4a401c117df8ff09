using DecisionServer.Services;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Services;

public class IdempotencyCacheTests
{
    private static readonly PutOffersRequest Request = new() { Offers = { new Offer { OfferId = "o" } } };
    private readonly ManualClock _clock = new();
    private int _runs;

    [Fact]
    public async Task Run_SameKeyWithinTenMinutes_OneRun()
    {
        var cache = new IdempotencyCache(_clock);

        var first = await Run(cache, "k");
        _clock.Advance(IdempotencyCache.Kept - TimeSpan.FromTicks(1));
        var second = await Run(cache, "k");

        Assert.Same(first, second);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Run_SameKeyAfterTenMinutes_RunsAgainAndForgetsTheOld()
    {
        var cache = new IdempotencyCache(_clock);

        await Run(cache, "k");
        await Run(cache, "l");
        _clock.Advance(IdempotencyCache.Kept);
        await Run(cache, "k");

        Assert.Equal((3, 1), (_runs, cache.Count));
    }

    [Fact]
    public async Task Run_NoKey_AlwaysRuns()
    {
        var cache = new IdempotencyCache(_clock);

        await Run(cache, "");
        await Run(cache, "");

        Assert.Equal((2, 0), (_runs, cache.Count));
    }

    [Fact]
    public async Task Run_SameKeyOtherMethodOrRequest_RunsOrRefuses()
    {
        var cache = new IdempotencyCache(_clock);
        await Run(cache, "k");

        await Run(cache, "k", method: "other");
        var refusal = await Assert.ThrowsAsync<RpcException>(() => Run(cache, "k", request: new PutOffersRequest()));

        Assert.Equal((StatusCode.InvalidArgument, 2), (refusal.StatusCode, _runs));
    }

    [Fact]
    public async Task Run_WhileTheFirstRuns_WaitsForItsAnswer()
    {
        var cache = new IdempotencyCache(_clock);
        var gate = new TaskCompletionSource<PutOffersResponse>();

        var first = cache.Run("m", "k", Request, () => gate.Task);
        var second = Run(cache, "k");
        Assert.False(second.IsCompleted);
        gate.SetResult(new PutOffersResponse { Added = 5 });

        Assert.Same(await first, await second);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task Run_FirstFails_WaitersFailTooAndTheKeyIsFree()
    {
        var cache = new IdempotencyCache(_clock);
        var gate = new TaskCompletionSource<PutOffersResponse>();
        var first = cache.Run("m", "k", Request, () => gate.Task);
        var second = Run(cache, "k");

        gate.SetException(Errors.NotFound("gone"));

        await Assert.ThrowsAsync<RpcException>(() => first);
        await Assert.ThrowsAsync<RpcException>(() => second);
        await Run(cache, "k");
        Assert.Equal((1, 1), (_runs, cache.Count));
    }

    [Fact]
    public async Task Run_Full_RefusesNewKeysUntilTheOldestIsForgotten()
    {
        var cache = new IdempotencyCache(_clock, maxKeys: 2);
        await Run(cache, "a");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Run(cache, "b");

        var refusal = await Assert.ThrowsAsync<RpcException>(() => Run(cache, "c"));
        await Run(cache, "a");
        _clock.Advance(TimeSpan.FromMinutes(9));
        await Run(cache, "c");

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal("540000", refusal.Trailers.GetValue(Errors.RetryPushback));
        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task Run_KeyTooLong_Refused()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => Run(new IdempotencyCache(_clock), new string('k', 65)));

        Assert.Equal("idempotency_key: is 65 bytes long, at most 64 are allowed", refusal.Status.Detail);
    }

    private Task<PutOffersResponse> Run(IdempotencyCache cache, string key, string method = "m", PutOffersRequest? request = null) =>
        cache.Run(method, key, request ?? Request, () => Task.FromResult(new PutOffersResponse { Added = ++_runs }));

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
