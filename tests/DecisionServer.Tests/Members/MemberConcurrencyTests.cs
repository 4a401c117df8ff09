using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;

namespace DecisionServer.Tests.Members;

public sealed class MemberConcurrencyTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Redeem_TenThousandAtOnceOnACapOfAThousand_GiveExactlyAThousand()
    {
        var capped = new OfferConfig { OfferId = "capped", Caps = [new() { Event = Store.CapEvent.Redemption, Per = Store.CapPer.Total, Limit = 1_000 }] };
        await using var server = (await MemberServer.Start(_data.Path, "--Limits:ConcurrentCalls=20000", "--Limits:QueuedCalls=20000", "--Limits:QueueMilliseconds=60000")).Publish(capped);
        var refusals = new System.Collections.Concurrent.ConcurrentBag<Refusal>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (i, _) => refusals.Add((await server.Redeem($"m{i % 5_000}", "capped")).Refusal));

        Assert.Equal(1_000, refusals.Count(refusal => refusal == Refusal.Unspecified));
        Assert.All(refusals, refusal => Assert.Contains(refusal, new[] { Refusal.Unspecified, Refusal.Capped, Refusal.AlreadyRedeemed }));
        Assert.Empty(await server.Shown("m"));
    }

    [Fact]
    public async Task Activate_FiftyAtOnceByOneMember_GiveExactlyTen()
    {
        OfferConfig[] offers = [.. Enumerable.Range(0, 50).Select(i => new OfferConfig { OfferId = $"o{i}" })];
        await using var server = (await MemberServer.Start(_data.Path)).Publish(offers);
        var answers = await Task.WhenAll(offers.Select(offer => server.Activate("m", offer.OfferId)));

        Assert.Equal(10, answers.Count(answer => answer.Refusal == Refusal.Unspecified));
        Assert.Equal(40, answers.Count(answer => answer.Refusal == Refusal.LimitReached));
        Assert.Equal(10, (await server.Get("m")).Activated.Count);
        Assert.Equal(40, (await server.Shown("m")).Length);
    }

    [Fact]
    public async Task Activate_SameKeyFiftyTimesAtOnce_HappensOnce()
    {
        await using var server = (await MemberServer.Start(_data.Path)).Publish(new OfferConfig { OfferId = "o" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.Activate("m", "o", "one")));
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(1ul, (await server.Get("m")).Version);
    }

    [Fact]
    public async Task Redeem_TwentyAtOnceOnAStockOfThree_GiveExactlyThreeAndTheStockIsDurable()
    {
        await using (var server = (await MemberServer.Start(_data.Path)).Publish(new OfferConfig { OfferId = "o" }, new OfferConfig { OfferId = "p" }))
        {
            await server.Availability.UpdateAvailabilityAsync(new()
            {
                Updates = { new V1.AvailabilityUpdate { OfferId = "o", Stock = 3, Version = 7 }, new V1.AvailabilityUpdate { OfferId = "o", StoreId = "s", Stock = 9 } },
            });
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => server.Redeem($"m{i}", "o", store: "s")));
            Assert.Equal(3, answers.Count(answer => answer.Refusal == Refusal.Unspecified));
            Assert.Equal(17, answers.Count(answer => answer.Refusal == Refusal.Unavailable));
            Assert.Equal(["p"], await server.Shown("m"));
        }

        await using var again = await MemberServer.Start(_data.Path);
        var rows = (await again.Availability.GetAvailabilityAsync(new() { OfferId = "o" })).Rows;
        Assert.Equal([(0L, 7ul), (6L, 1ul)], rows.Select(row => (row.Stock, row.Version)));
        Assert.Equal(["p"], await again.Shown("m"));

        // The sender's next version is not stale, although members were faster.
        var update = await again.Availability.UpdateAvailabilityAsync(new() { Updates = { new V1.AvailabilityUpdate { OfferId = "o", Stock = 1, Version = 8 } } });
        Assert.Equal(0, update.Stale);
        Assert.Equal(Refusal.Unspecified, (await again.Redeem("late", "o", store: "s")).Refusal);
    }
}
