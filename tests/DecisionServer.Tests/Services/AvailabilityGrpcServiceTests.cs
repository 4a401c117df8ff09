using DecisionServer.Services;
using DecisionServer.Store;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static DecisionServer.Tests.Services.RunningServer;
using Update = DecisionServer.V1.AvailabilityUpdate;

namespace DecisionServer.Tests.Services;

public class AvailabilityGrpcServiceTests
{
    private static readonly Timestamp Noon = Timestamp.FromDateTime(new DateTime(2026, 3, 2, 12, 0, 0, DateTimeKind.Utc));

    [Fact]
    public async Task UpdateAvailability_AllFields_AreThereInGetAvailability()
    {
        await using var server = await Start();
        server.Publish("week1", new OfferConfig { OfferId = "o", ItemIds = ["i"] });
        var update = new Update { OfferId = "o", StoreId = "s", Available = true, Stock = 0, PriceMinor = 99, ValidFrom = Noon, ValidUntil = Noon + Duration.FromTimeSpan(TimeSpan.FromHours(1)), Version = 7 };

        var answer = await server.Availability.UpdateAvailabilityAsync(new() { Updates = { update, new Update { OfferId = "o" }, update, new Update { ItemId = "x" }, new Update { OfferId = "o", ChainId = "c" } } });
        var stored = await server.Availability.GetAvailabilityAsync(new() { OfferId = "o" });

        Assert.Equal(new UpdateAvailabilityResponse { AvailabilityEpoch = 4, Applied = 4, Stale = 1, Unknown = 1 }, answer);
        Assert.Equal(4UL, stored.AvailabilityEpoch);
        Assert.Equal(["", "c", "s"], stored.Rows.Select(row => row.ChainId + row.StoreId));
        Assert.Equal(
            new V1.AvailabilityRow
            {
                OfferId = "o",
                StoreId = "s",
                Available = true,
                Stock = 0,
                PriceMinor = 99,
                ValidFrom = update.ValidFrom,
                ValidUntil = update.ValidUntil,
                Version = 7,
                Epoch = 1,
            },
            stored.Rows[2]);
        Assert.False(stored.Rows[0].HasAvailable || stored.Rows[0].HasStock || stored.Rows[0].HasStoreId);
        Assert.Empty((await server.Availability.GetAvailabilityAsync(new() { ItemId = "o" })).Rows);
    }

    [Fact]
    public async Task UpdateAvailability_SeveralFaults_AllNamedAndNothingApplied()
    {
        await using var server = await Start();
        UpdateAvailabilityRequest request = new()
        {
            Updates =
            {
                new Update { OfferId = "fine" },
                new Update(),
                new Update { OfferId = "" },
                new Update { ItemId = new string('x', 65) },
                new Update { OfferId = "o", StoreId = "s", ChainId = "c" },
                new Update { OfferId = "o", StoreId = "" },
                new Update { OfferId = "o", Stock = -1, PriceMinor = -2 },
                new Update { OfferId = "o", ValidFrom = Noon, ValidUntil = Noon },
                new Update { OfferId = "o", ValidFrom = new Timestamp { Nanos = -5 } },
            },
        };

        var refusal = await Refused(() => server.Availability.UpdateAvailabilityAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Equal(
            [
                "updates[1].offer_id: is missing, offer_id or item_id must be given",
                "updates[2].offer_id: is empty",
                "updates[3].item_id: is 65 bytes long, at most 64 are allowed",
                "updates[4].store_id: is given together with chain_id, at most one of them is allowed",
                "updates[5].store_id: is empty",
                "updates[6].stock: is -1, must be 0 or more",
                "updates[6].price_minor: is -2, must be 0 or more",
                "updates[7].valid_until: is not after valid_from",
            ],
            refusal.Status.Detail.Split("; ")[..8]);
        Assert.StartsWith("updates[8].valid_from: ", refusal.Status.Detail.Split("; ")[8], StringComparison.Ordinal);
        Assert.Equal(0UL, (await server.Availability.GetAvailabilityAsync(new() { OfferId = "fine" })).AvailabilityEpoch);
    }

    [Fact]
    public async Task UpdateAvailability_TooManyFaults_SaysHowManyMore()
    {
        await using var server = await Start();
        var request = new UpdateAvailabilityRequest();
        for (var i = 0; i < 1_000; i++) request.Updates.Add(new Update());

        var refusal = await Refused(() => server.Availability.UpdateAvailabilityAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        Assert.EndsWith("; and 980 more", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.True(refusal.Status.Detail.Length < 4_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task UpdateAvailability_NoneOrTooMany_Refused(int count)
    {
        await using var server = await Start();
        var request = new UpdateAvailabilityRequest();
        for (var i = 0; i < count; i++) request.Updates.Add(new Update { ItemId = "i" });

        var refusal = await Refused(() => server.Availability.UpdateAvailabilityAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Equal($"updates: holds {count} elements, 1 to 10000 are allowed", refusal.Status.Detail);
    }

    [Fact]
    public async Task UpdateAvailability_SameKey_SameAnswerAndNothingChangesAgain()
    {
        await using var server = await Start();
        UpdateAvailabilityRequest request = new() { Updates = { new Update { ItemId = "i" } }, IdempotencyKey = "k" };

        var first = await server.Availability.UpdateAvailabilityAsync(request);
        var second = await server.Availability.UpdateAvailabilityAsync(request);
        request.Updates[0].Stock = 1;
        var other = await Refused(() => server.Availability.UpdateAvailabilityAsync(request).ResponseAsync, StatusCode.InvalidArgument);

        Assert.Equal(first, second);
        Assert.StartsWith("idempotency_key: ", other.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(1UL, (await server.Availability.GetAvailabilityAsync(new() { ItemId = "i" })).AvailabilityEpoch);
    }

    [Fact]
    public async Task UpdateAvailability_MoreRowsThanTheLimit_ResourceExhausted()
    {
        await using var server = await Start("--Limits:AvailabilityRows=16");
        var request = new UpdateAvailabilityRequest();
        for (var i = 0; i < 17; i++) request.Updates.Add(new Update { ItemId = $"i{i}" });

        var refusal = await Refused(() => server.Availability.UpdateAvailabilityAsync(request).ResponseAsync, StatusCode.ResourceExhausted);

        Assert.Contains("Limits:AvailabilityRows", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAvailability_NoSubject_Refused()
    {
        await using var server = await Start();

        await Refused(() => server.Availability.GetAvailabilityAsync(new()).ResponseAsync, StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task StreamAvailability_InOrder_EachAcknowledged()
    {
        await using var server = await Start();
        using var feed = server.Availability.StreamAvailability();

        for (ulong sequence = 1; sequence <= 3; sequence++)
        {
            await feed.RequestStream.WriteAsync(new() { Sequence = sequence, Updates = { new Update { ItemId = "i", Version = sequence == 3 ? 1UL : 0 } } });
            Assert.True(await feed.ResponseStream.MoveNext().WaitAsync(Bound));
            Assert.Equal(
                new StreamAvailabilityResponse { Sequence = sequence, AvailabilityEpoch = Math.Min(sequence, 2), Applied = sequence == 3 ? 0 : 1, Stale = sequence == 3 ? 1 : 0, Unknown = sequence == 3 ? 0 : 1 },
                feed.ResponseStream.Current);
        }

        await feed.RequestStream.CompleteAsync();
        Assert.False(await feed.ResponseStream.MoveNext().WaitAsync(Bound));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task StreamAvailability_SequenceNotTheNext_Refused(int sequence)
    {
        await using var server = await Start();
        using var feed = server.Availability.StreamAvailability();
        await feed.RequestStream.WriteAsync(new() { Sequence = 1, Updates = { new Update { ItemId = "i" } } });
        Assert.True(await feed.ResponseStream.MoveNext().WaitAsync(Bound));

        await feed.RequestStream.WriteAsync(new() { Sequence = (ulong)sequence, Updates = { new Update { ItemId = "i" } } });
        var refusal = await Refused(() => feed.ResponseStream.MoveNext(), StatusCode.InvalidArgument);

        Assert.Equal($"sequence: is {sequence}, 2 comes next in this stream", refusal.Status.Detail);
    }

    [Fact]
    public async Task WatchAvailability_ThenChanges_SentAsTheyCome()
    {
        await using var server = await Start();
        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new Update { ItemId = "a" }, new Update { ItemId = "b" } } });
        using var watch = server.Availability.WatchAvailability(new() { FromEpoch = 1 });

        Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(Bound));
        Assert.Equal("b", Assert.Single(watch.ResponseStream.Current.Rows).ItemId);
        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new Update { OfferId = "c", Available = false } } });

        Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(Bound));
        Assert.Equal((3UL, false), (watch.ResponseStream.Current.AvailabilityEpoch, watch.ResponseStream.Current.Snapshot));
        Assert.Equal("c", Assert.Single(watch.ResponseStream.Current.Rows).OfferId);
    }

    [Fact]
    public async Task WatchAvailability_EpochOfAnotherServer_WholeState()
    {
        await using var server = await Start();
        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new Update { ItemId = "a" }, new Update { ItemId = "a", StoreId = "s" } } });
        using var watch = server.Availability.WatchAvailability(new() { FromEpoch = 99 });

        var rows = new List<V1.AvailabilityRow>();
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(Bound));
            Assert.True(watch.ResponseStream.Current.Snapshot);
            rows.AddRange(watch.ResponseStream.Current.Rows);
        }
        while (watch.ResponseStream.Current.More);

        Assert.Equal(["", "s"], rows.Select(row => row.StoreId).Order());
        Assert.Equal(2UL, watch.ResponseStream.Current.AvailabilityEpoch);
    }

    [Fact]
    public async Task WatchAvailability_OneMoreThanAllowed_Refused()
    {
        await using var server = await Start();
        using var cancel = new CancellationTokenSource();
        AsyncServerStreamingCall<WatchAvailabilityResponse>[] watches =
            [.. Enumerable.Range(0, AvailabilityGrpcService.MaxWatches + 1).Select(_ => server.Availability.WatchAvailability(new(), cancellationToken: cancel.Token))];

        var first = await Task.WhenAny(watches.Select(watch => watch.ResponseStream.MoveNext())).WaitAsync(Bound);

        await Refused(() => first, StatusCode.ResourceExhausted);
        await cancel.CancelAsync();
    }

    [Fact]
    public async Task Streams_ServerDrains_EndWithUnavailable()
    {
        await using var server = await Start();
        await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new Update { ItemId = "a" } } });
        using var watch = server.Availability.WatchAvailability(new());
        using var feed = server.Availability.StreamAvailability();
        Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(Bound));
        await feed.RequestStream.WriteAsync(new() { Sequence = 1, Updates = { new Update { ItemId = "i" } } });
        Assert.True(await feed.ResponseStream.MoveNext().WaitAsync(Bound));
        Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(Bound));

        server.Drain();

        await Refused(() => watch.ResponseStream.MoveNext(), StatusCode.Unavailable);
        await Refused(() => feed.ResponseStream.MoveNext(), StatusCode.Unavailable);
    }
}
