using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Services;
using DecisionServer.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace DecisionServer.Tests.Journal;

/// <summary>Everything but what belongs to a generation comes back from the journal.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Restart_AvailabilityPlacementsLadderAnswers_AreAsBefore()
    {
        UpdateAvailabilityRequest update = new()
        {
            Updates = { new V1.AvailabilityUpdate { OfferId = "a", Available = false }, new V1.AvailabilityUpdate { ItemId = "i", StoreId = "s", Stock = 3, Version = 9 } },
            IdempotencyKey = "k",
        };
        UpdateAvailabilityResponse answer;
        await using (var server = await RunningServer.StartIn(_directory.Path))
        {
            server.Publish("week-1", new OfferConfig { OfferId = "a" }, new OfferConfig { OfferId = "b" }, new OfferConfig { OfferId = "c" });
            answer = await server.Availability.UpdateAvailabilityAsync(update);
            await server.Catalog.PutPlacementsAsync(new() { Placements = { new V1.Placement { Name = "app.new", DefaultCount = 1 } } });
            await server.Catalog.PutGlobalOffersAsync(new() { Offers = { new V1.ScoredOffer { OfferId = "c", Score = 9 }, new V1.ScoredOffer { OfferId = "a", Score = 8 } } });
        }

        await using var again = await RunningServer.StartIn(_directory.Path);
        var rows = await again.Availability.GetAvailabilityAsync(new() { ItemId = "i" });
        var decision = await again.Decisions.NextBestOffersAsync(new() { MemberId = "unknown", Placements = { new PlacementRequest { Placement = "app.new" } } });
        var repeated = await again.Availability.UpdateAvailabilityAsync(update);
        var next = await again.Availability.UpdateAvailabilityAsync(new() { Updates = { new V1.AvailabilityUpdate { OfferId = "a" } } });

        Assert.Equal((2UL, 9UL, 3L), (rows.AvailabilityEpoch, rows.Rows[0].Version, rows.Rows[0].Stock));
        Assert.Equal(["c"], decision.Placements[0].Offers.Select(offer => offer.OfferId));
        Assert.Equal(answer, repeated);
        Assert.Equal(3UL, next.AvailabilityEpoch);
        Assert.False((await again.Availability.GetAvailabilityAsync(new() { OfferId = "a" })).Rows[0].Available);
    }

    [Fact]
    public async Task BackupJournal_ThenRestored_ServesAsOfThen()
    {
        string backup;
        await using (var server = await RunningServer.StartIn(_directory.Path))
        {
            await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new V1.AvailabilityUpdate { OfferId = "a", Stock = 1 } } });
            backup = (await server.Admin.BackupJournalAsync(new() { Name = "monday.db" })).Path;
            await server.Availability.UpdateAvailabilityAsync(new() { Updates = { new V1.AvailabilityUpdate { OfferId = "a", Stock = 2 } } });
            var there = await Assert.ThrowsAsync<RpcException>(() => server.Admin.BackupJournalAsync(new() { Name = "monday.db" }).ResponseAsync);
            Assert.Equal(StatusCode.AlreadyExists, there.StatusCode);
        }

        Assert.Equal(Path.Combine(_directory.Path, "backups", "monday.db"), backup);
        File.Copy(backup, Path.Combine(_directory.Path, "journal", "journal.db"), overwrite: true);
        File.Delete(Path.Combine(_directory.Path, "journal", "journal.db-wal"));
        await using var again = await RunningServer.StartIn(_directory.Path);

        Assert.Equal(1, (await again.Availability.GetAvailabilityAsync(new() { OfferId = "a" })).Rows[0].Stock);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    public async Task BackupJournal_NameThatLeadsElsewhere_Refused(string name)
    {
        await using var server = await RunningServer.StartIn(_directory.Path);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => server.Admin.BackupJournalAsync(new() { Name = name }).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    [Fact]
    public async Task ListAudit_AfterActs_NewestFirstByPage()
    {
        await using (var server = await RunningServer.StartIn(_directory.Path))
        {
            await server.Catalog.PutGlobalOffersAsync(new());
            await Assert.ThrowsAsync<RpcException>(() => new IngestService.IngestServiceClient(server.Channel).PublishGenerationAsync(new() { GenerationId = "no", Force = true }).ResponseAsync);
        }

        await using var again = await RunningServer.StartIn(_directory.Path);
        var entries = new List<AuditEntry>();
        var request = new ListAuditRequest { PageSize = 2 };
        do
        {
            var page = await again.Admin.ListAuditAsync(request);
            entries.AddRange(page.Entries);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["publish", "publish", "put global offers"], entries.Select(entry => entry.Act));
        Assert.StartsWith("refused: ", entries[0].Detail, StringComparison.Ordinal);
        Assert.Equal(("no", "begun, by force"), (entries[1].Subject, entries[1].Detail));
        Assert.Equal([3L, 2L, 1L], entries.Select(entry => entry.Sequence));
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Start_JournalDamaged_RefusedByNameRatherThanEmpty()
    {
        await using (var server = await ServerProcess.Start(_directory.Path, []))
        {
            await new AvailabilityService.AvailabilityServiceClient(server.Channel).UpdateAvailabilityAsync(new() { Updates = { new V1.AvailabilityUpdate { ItemId = "i" } } });
        }

        var path = Path.Combine(_directory.Path, "journal", "journal.db");
        File.Delete(path);
        var (code, output) = await ServerProcess.DiesAtStart(_directory.Path);

        Assert.Equal(1, code);
        Assert.Contains($"{path}: is missing, although journal.mark says", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Write_DiskFails_RefusedWithAHintWhileTheRestGoesOn()
    {
        var environment = new Dictionary<string, string> { ["DECISIONSERVER_FAILPOINTS"] = "journal.before-commit=ioerror@2" };
        await using var server = await ServerProcess.Start(_directory.Path, [], environment);
        server.ExpectError(line => line.Contains("[6010]", StringComparison.Ordinal));
        var client = new AvailabilityService.AvailabilityServiceClient(server.Channel);
        UpdateAvailabilityRequest request = new() { Updates = { new V1.AvailabilityUpdate { ItemId = "i" } } };
        await client.UpdateAvailabilityAsync(request);
        Assert.Equal(1, await server.Metric("decisionserver_journal_writable"));

        var first = await Assert.ThrowsAsync<RpcException>(() => client.UpdateAvailabilityAsync(request).ResponseAsync);
        var second = await Assert.ThrowsAsync<RpcException>(() => client.UpdateAvailabilityAsync(request).ResponseAsync);

        Assert.Equal((StatusCode.Unavailable, StatusCode.Unavailable), (first.StatusCode, second.StatusCode));
        Assert.Equal("30000", second.Trailers.GetValue(Errors.RetryPushback));
        Assert.Equal(1UL, (await client.GetAvailabilityAsync(new() { ItemId = "i" })).AvailabilityEpoch);
        Assert.Equal(0, await server.Metric("decisionserver_journal_writable"));
        var health = new Grpc.Health.V1.Health.HealthClient(server.Channel);
        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new())).Status);
        Assert.Contains(server.Program.Output, line => line.Contains("accepts no more writes until the server is restarted", StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();
}
