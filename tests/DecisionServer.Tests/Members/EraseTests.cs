using System.Text;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;

namespace DecisionServer.Tests.Members;

/// <summary>An erased member's id is nowhere in the live files, and does not come back with an older database.</summary>
public sealed class EraseTests
{
    private const string Member = "somebody-with-a-name-to-search-for";

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Erase_KillRestartAndOlderDatabase_StaysErased()
    {
        using var data = new TemporaryDirectory();
        await Load(data);

        // 1. A member acts; the database is copied, as a backup would be, while the server is down.
        await using (var server = await ServerProcess.Start(data.File("data"), []))
        {
            var members = new MemberService.MemberServiceClient(server.Channel);
            await members.ActivateOfferAsync(new() { MemberId = Member, OfferId = "o1", IdempotencyKey = "a" });
            await members.RedeemOfferAsync(new() { MemberId = Member, OfferId = "o2", IdempotencyKey = "b" });
            await members.RecordEventsAsync(new() { Events = { new MemberEvent { MemberId = Member, OfferId = "o1", Kind = EventKind.Click } }, IdempotencyKey = "c" });
            await members.PutProfileAsync(new() { MemberId = "other", Profile = new() { Consents = { "mail" } }, IdempotencyKey = "d" });
        }

        Assert.True(IsIn(data.File("data")));
        Copy(data.File("data/journal"), data.File("backup"));

        // 2. Erased: gone from the live files within the time told, without a restart.
        await using (var server = await ServerProcess.Start(data.File("data"), ["Members:ErasurePurgeSeconds=5"]))
        {
            var members = new MemberService.MemberServiceClient(server.Channel);
            var erased = await members.EraseMemberAsync(new() { MemberId = Member, IdempotencyKey = "e" });
            Assert.True(erased.Found);
            await Gone(server);
            await Eventually.True(() => !IsIn(data.File("data")), "the id is in no live file");
            await server.Kill();
        }

        // 3. Killed and started again.
        await using (var server = await ServerProcess.Start(data.File("data"), []))
        {
            await Gone(server);
            Assert.False(IsIn(data.File("data")));
        }

        // 4. The older database put back: what was noted outside of it is applied at start.
        foreach (var file in Directory.GetFiles(data.File("data/journal"), "journal.db*")) File.Delete(file);
        foreach (var file in Directory.GetFiles(data.File("backup"), "journal.*")) File.Copy(file, Path.Combine(data.File("data/journal"), Path.GetFileName(file)), overwrite: true);
        await using (var server = await ServerProcess.Start(data.File("data"), ["Members:ErasurePurgeSeconds=5"]))
        {
            await Gone(server);
            await Eventually.True(() => !IsIn(data.File("data")), "the id is in no live file after the restore");
            var other = await new MemberService.MemberServiceClient(server.Channel).GetMemberAsync(new() { MemberId = "other" });
            Assert.Equal("mail", Assert.Single(other.Member.Profile.Consents));
        }
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Erase_KilledBeforeTheAnswer_TakesEffectInEveryGeneration()
    {
        using var data = new TemporaryDirectory();
        await Load(data);
        await Load(data, "g2");

        // 1. Durable in the journal, and the server dies before generations follow.
        await using (var server = await ServerProcess.Start(data.File("data"), [], new Dictionary<string, string> { ["DECISIONSERVER_FAILPOINTS"] = "journal.before-answer=kill@1" }))
        {
            var members = new MemberService.MemberServiceClient(server.Channel);
            await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => members.EraseMemberAsync(new() { MemberId = Member, IdempotencyKey = "e" }).ResponseAsync);
            await server.Ends();
        }

        // 2. Gone from what serves and from what can be rolled back to; the same key gives the answer of then.
        await using (var server = await ServerProcess.Start(data.File("data"), []))
        {
            await Gone(server);
            Assert.True((await new MemberService.MemberServiceClient(server.Channel).EraseMemberAsync(new() { MemberId = Member, IdempotencyKey = "e" })).Found);
            await new IngestService.IngestServiceClient(server.Channel).RollbackGenerationAsync(new());
            await Gone(server);
        }
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Erase_BackupRestoredAndGenerationRolledBack_StaysErased()
    {
        using var data = new TemporaryDirectory();
        await Load(data);
        await Load(data, "g2");

        // 1. A backup while the server runs, then the erasure.
        await using (var server = await ServerProcess.Start(data.File("data"), ["Members:ErasurePurgeSeconds=5"]))
        {
            var members = new MemberService.MemberServiceClient(server.Channel);
            await members.ActivateOfferAsync(new() { MemberId = Member, OfferId = "o1", IdempotencyKey = "a" });
            var backup = (await new AdminService.AdminServiceClient(server.Channel).BackupJournalAsync(new() { Name = "before.db" })).Path;
            File.Move(backup, data.File("backup.db"));
            await members.EraseMemberAsync(new() { MemberId = Member, IdempotencyKey = "e" });
            await Gone(server);
            await new IngestService.IngestServiceClient(server.Channel).RollbackGenerationAsync(new());
            await Gone(server);
            await Eventually.True(() => !IsIn(data.File("data")), "the id is in no live file");
        }

        // 2. The backup put in place as the README says.
        foreach (var file in Directory.GetFiles(data.File("data/journal"), "journal.db*")) File.Delete(file);
        File.Copy(data.File("backup.db"), data.File("data/journal/journal.db"));
        await using (var server = await ServerProcess.Start(data.File("data"), ["Members:ErasurePurgeSeconds=5"]))
        {
            await Gone(server);
            await new IngestService.IngestServiceClient(server.Channel).RollbackGenerationAsync(new());
            await Gone(server);
            await Eventually.True(() => !IsIn(data.File("data")), "the id is in no live file after the restore");
        }
    }

    private static async Task Gone(ServerProcess server)
    {
        var members = new MemberService.MemberServiceClient(server.Channel);
        Assert.Equal(0ul, (await members.GetMemberAsync(new() { MemberId = Member })).Member.Version);
        var decision = await new DecisionService.DecisionServiceClient(server.Channel).NextBestOffersAsync(new() { MemberId = Member });
        Assert.DoesNotContain(decision.Placements[0].Offers, offer => offer.Source == OfferSource.Member);
    }

    private static async Task Load(TemporaryDirectory data, string generation = "g1")
    {
        await File.WriteAllLinesAsync(data.File("offers.csv"), ["offer_id", "o1", "o2", "o3"]);
        await File.WriteAllLinesAsync(data.File("offer_sets.csv"), ["member_id,offer_id,score", $"{Member},o1,0.9", $"{Member},o2,0.8", $"{Member},o3,0.7"]);
        await using var server = await ServerProcess.Start(data.File("data"), []);
        (await LoaderProcess.Run(
            "load", "--server", server.Grpc.ToString(), "--generation", generation, "--publish", "--force", "--offers", data.File("offers.csv"), "--offer-sets", data.File("offer_sets.csv")))
            .Succeeded();
    }

    private static bool IsIn(string directory)
    {
        var id = Encoding.UTF8.GetBytes(Member);
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == ".lock") continue;

            // The server has them open.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (bytes.AsSpan().IndexOf(id) >= 0) return true;
        }

        return false;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
