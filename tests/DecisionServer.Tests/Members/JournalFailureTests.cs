using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Members;

/// <summary>A commit that the disk refuses: actions are refused from then on, decisions go on, and nothing acknowledged is missing.</summary>
public sealed class JournalFailureTests
{
    private const int OfferCount = 30;

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Commit_InputOutputError_StopsActionsOnlyAndLosesNothing()
    {
        using var data = new TemporaryDirectory();
        await Load(data);
        var models = Enumerable.Range(0, 4).ToDictionary(i => $"m{i}", _ => new MemberModel());
        ModelAction? doubtful = null;
        var environment = new Dictionary<string, string> { ["DECISIONSERVER_FAILPOINTS"] = "journal.before-commit=ioerror@40" };
        await using (var server = await ServerProcess.Start(data.File("data"), [], environment))
        {
            server.ExpectError(line => line.Contains("ournal", StringComparison.Ordinal));
            var members = new MemberService.MemberServiceClient(server.Channel);
            var random = new Random(7);
            while (doubtful is null)
            {
                var action = ModelAction.Random(random, $"m{random.Next(4)}", OfferCount, eraseChance: 0);
                try
                {
                    Assert.Equal(models[action.MemberId].Copy().Apply(action), await action.Send(members));
                    models[action.MemberId].Apply(action);
                }
                catch (RpcException e)
                {
                    Assert.Equal(StatusCode.Unavailable, e.StatusCode);
                    doubtful = action;
                }
            }

            // Nothing is taken any more, and each refusal says when to come back; decisions do not care.
            for (var i = 0; i < 5; i++)
            {
                var refusal = await Assert.ThrowsAsync<RpcException>(() => ModelAction.Random(random, "m0", OfferCount, 0).Send(members));
                Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
                Assert.Contains(refusal.Trailers, entry => entry.Key == Errors.RetryPushback);
            }

            var decisions = new DecisionService.DecisionServiceClient(server.Channel);
            var shown = await decisions.NextBestOffersAsync(new() { MemberId = "m0" });
            Assert.NotEmpty(shown.Placements[0].Offers);
            Assert.DoesNotContain(shown.Placements[0].Offers, offer => models["m0"].Activated.Concat(models["m0"].Redeemed).Contains(offer.OfferId));
        }

        await using var again = await ServerProcess.Start(data.File("data"), []);
        var after = new MemberService.MemberServiceClient(again.Channel);
        foreach (var (member, model) in models)
        {
            var state = (await after.GetMemberAsync(new() { MemberId = member })).Member;
            var done = model.Copy();
            if (doubtful.MemberId == member) done.Apply(doubtful);
            Assert.True(model.Is(state) || done.Is(state), $"{member} is {state}");
        }

        Assert.Equal(models[doubtful.MemberId].Apply(doubtful), await doubtful.Send(after));
        Assert.True(models[doubtful.MemberId].Is((await after.GetMemberAsync(new() { MemberId = doubtful.MemberId })).Member));
    }

    private static async Task Load(TemporaryDirectory data)
    {
        await File.WriteAllLinesAsync(data.File("offers.csv"), Enumerable.Range(0, OfferCount).Select(i => $"o{i}").Prepend("offer_id"));
        await File.WriteAllLinesAsync(data.File("offer_sets.csv"), Enumerable.Range(0, OfferCount).Select(i => $"m0,o{i},0.5").Prepend("member_id,offer_id,score"));
        await using var server = await ServerProcess.Start(data.File("data"), []);
        (await LoaderProcess.Run(
            "load", "--server", server.Grpc.ToString(), "--generation", "g1", "--publish", "--force", "--offers", data.File("offers.csv"), "--offer-sets", data.File("offer_sets.csv")))
            .Succeeded();
    }
}
