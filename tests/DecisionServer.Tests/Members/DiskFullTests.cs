using DecisionServer.Tests.Faults;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Members;

/// <summary>A disk that fills up under the journal: actions are refused before anything breaks, decisions go on, and nothing acknowledged is missing.</summary>
public sealed class DiskFullTests
{
    private const int OfferCount = 30;

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Actions_DiskFillsUp_AreRefusedAndNothingAcknowledgedIsMissing()
    {
        using var disk = new SmallDisk(mebibytes: 24);
        using var files = new TemporaryDirectory();
        var data = Path.Combine(disk.Path, "data");
        var models = Enumerable.Range(0, 4).ToDictionary(i => $"m{i}", _ => new MemberModel());
        var random = new Random(11);
        await using (var server = await ServerProcess.Start(data, []))
        {
            server.ExpectError(line => line.Contains("ournal", StringComparison.Ordinal));
            await Load(server, files);
            var members = new MemberService.MemberServiceClient(server.Channel);
            for (var i = 0; i < 50; i++) Assert.Null(await Act(members, models, random));

            // 1. Somebody else takes the rest of the disk.
            await using (var filler = new FileStream(Path.Combine(disk.Path, "filler"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                var block = new byte[1 << 16];
                try
                {
                    while (true) await filler.WriteAsync(block);
                }
                catch (IOException)
                {
                    // Full.
                }
            }

            // 2. Actions are refused, by and by at the latest; what was acknowledged until then counts.
            var doubtful = new List<ModelAction>();
            await Eventually.True(async () =>
            {
                if (await Act(members, models, random) is { } refused) doubtful.Add(refused);
                return doubtful.Count > 0;
            }, "actions are refused");
            for (var i = 0; i < 5; i++) Assert.NotNull(await Act(members, models, random));
            Assert.NotEmpty((await new DecisionService.DecisionServiceClient(server.Channel).NextBestOffersAsync(new() { MemberId = "m0" })).Placements[0].Offers);

            // 3. The first refused one is the only one that may have happened.
            File.Delete(Path.Combine(disk.Path, "filler"));
            await server.Stop();
            await using var again = await ServerProcess.Start(data, []);
            var after = new MemberService.MemberServiceClient(again.Channel);
            foreach (var (member, model) in models)
            {
                var state = (await after.GetMemberAsync(new() { MemberId = member })).Member;
                var done = model.Copy();
                if (doubtful[0].MemberId == member) done.Apply(doubtful[0]);
                Assert.True(model.Is(state) || done.Is(state), $"{member} is {state}");
            }

            Assert.Equal(models[doubtful[0].MemberId].Apply(doubtful[0]), await doubtful[0].Send(after));
            Assert.Null(await Act(after, models, random));
        }
    }

    // Null: acknowledged, and as the model says.
    private static async Task<ModelAction?> Act(MemberService.MemberServiceClient members, Dictionary<string, MemberModel> models, Random random)
    {
        var action = ModelAction.Random(random, $"m{random.Next(models.Count)}", OfferCount, eraseChance: 0);
        try
        {
            Assert.Equal(models[action.MemberId].Copy().Apply(action), await action.Send(members));
            models[action.MemberId].Apply(action);
            return null;
        }
        catch (RpcException e)
        {
            Assert.Equal(StatusCode.Unavailable, e.StatusCode);
            return action;
        }
    }

    private static async Task Load(ServerProcess server, TemporaryDirectory files)
    {
        await File.WriteAllLinesAsync(files.File("offers.csv"), Enumerable.Range(0, OfferCount).Select(i => $"o{i}").Prepend("offer_id"));
        await File.WriteAllLinesAsync(files.File("offer_sets.csv"), Enumerable.Range(0, OfferCount).Select(i => $"m0,o{i},0.5").Prepend("member_id,offer_id,score"));
        (await LoaderProcess.Run(
            "load", "--server", server.Grpc.ToString(), "--generation", "g1", "--publish", "--force", "--offers", files.File("offers.csv"), "--offer-sets", files.File("offer_sets.csv")))
            .Succeeded();
    }
}
