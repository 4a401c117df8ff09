using System.Globalization;
using System.Text.Json;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Members;

/// <summary>
/// The real server, killed again and again while members act: everything acknowledged is there, once; what was under way is there
/// as a whole or not at all. DECISIONSERVER_KILL_SEED repeats a run.
/// </summary>
public sealed class KillLoopTests
{
    private const int Workers = 8;
    private const int MembersOfAWorker = 4;
    private const int OfferCount = 40;

    private static readonly string[] Failpoints =
        ["journal.before-commit", "journal.after-commit", "journal.before-answer", "journal.checkpoint", "journal.after-checkpoint", "journal.erasure-noted"];

    // So that ordinary traffic carries the log over, again and again.
    private const string OftenCarriedOver = "Journal:CheckpointKibibytes=64";

    private static readonly string[] StartFailpoints = ["journal.opening", "journal.replaying"];

    private sealed class Ledger
    {
        public Dictionary<string, MemberModel> Models { get; } = [];

        /// <summary>The one action of each worker that was sent and not answered.</summary>
        public ModelAction?[] Doubtful { get; } = new ModelAction?[Workers];

        /// <summary>Redemptions of each offer, by whomever; those of erased members count on.</summary>
        public int[] Redeemed { get; } = new int[OfferCount];

        public int Acknowledged;

        public void Count(ModelAction action, Refusal answer)
        {
            if (action.Kind == ActionKind.Redeem && answer == Refusal.Unspecified) Interlocked.Increment(ref Redeemed[int.Parse(action.OfferId[1..], CultureInfo.InvariantCulture)]);
        }
    }

    [Fact]
    [Trait("Category", "Fault")]
    public Task Kill_TwentyTimes_LosesAndRepeatsNothing() => Run(20);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Kill_TwoHundredTimes_LosesAndRepeatsNothing() => Run(200);

    private static async Task Run(int rounds)
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("DECISIONSERVER_KILL_SEED") ?? "20170814", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        using var data = new TemporaryDirectory();
        await Load(data);
        var ledger = new Ledger();
        for (var worker = 0; worker < Workers; worker++)
        {
            for (var i = 0; i < MembersOfAWorker; i++) ledger.Models[Name(worker, i)] = new MemberModel();
        }

        for (var round = 0; round < rounds; round++)
        {
            var where = $"seed {seed}, round {round}";
            if (round % 5 == 4) await DieAtStart(data, random);
            await using var server = await ServerProcess.Start(data.File("data"), [OftenCarriedOver], Arm(random, round));
            try
            {
                await Verify(server, ledger, where);
                await VerifyTotals(server, ledger, [random.Next(1, Math.Max(2, ledger.Redeemed.Max() + 2))], where);
                await ActUntilKilled(server, ledger, random, where);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
            {
                // It died at its place while it was verified: the next round does that again.
            }

            await server.Ends();
        }

        await using var last = await ServerProcess.Start(data.File("data"), []);
        await Verify(last, ledger, $"seed {seed}, the end");
        await VerifyTotals(last, ledger, [.. ledger.Redeemed.Concat(ledger.Redeemed.Select(count => count + 1)).Where(limit => limit > 0).Distinct()], $"seed {seed}, the end");
        Assert.True(ledger.Redeemed.Sum() > rounds && ledger.Models.Values.Sum(model => model.Clicks) > 0, "redemptions and clicks were acknowledged");
        Assert.True(ledger.Acknowledged > rounds * 20, $"only {ledger.Acknowledged} actions in {rounds} rounds");
    }

    private static async Task Load(TemporaryDirectory data)
    {
        await File.WriteAllLinesAsync(data.File("offers.csv"), Enumerable.Range(0, OfferCount).Select(i => $"o{i}").Prepend("offer_id"));
        await File.WriteAllLinesAsync(data.File("offer_sets.csv"), Enumerable.Range(0, OfferCount).Select(i => $"w0-m0,o{i},0.5").Prepend("member_id,offer_id,score"));
        await using var server = await ServerProcess.Start(data.File("data"), []);
        (await LoaderProcess.Run(
            "load", "--server", server.Grpc.ToString(), "--generation", "g1", "--publish", "--force", "--offers", data.File("offers.csv"), "--offer-sets", data.File("offer_sets.csv")))
            .Succeeded();
    }

    // Every other round dies at a place, the others whenever the driver kills.
    private static Dictionary<string, string> Arm(Random random, int round) => round % 2 == 0
        ? []
        : new() { ["DECISIONSERVER_FAILPOINTS"] = $"{Failpoints[random.Next(Failpoints.Length)]}=kill@{random.Next(1, 30)}" };

    private static async Task DieAtStart(TemporaryDirectory data, Random random)
    {
        var place = StartFailpoints[random.Next(StartFailpoints.Length)];
        var died = await ServerProcess.DiesAtStart(data.File("data"), new Dictionary<string, string> { ["DECISIONSERVER_FAILPOINTS"] = $"{place}=kill@1" });
        Assert.True(died.Code == 137, died.Output);
    }

    private static async Task Verify(ServerProcess server, Ledger ledger, string where)
    {
        var members = new MemberService.MemberServiceClient(server.Channel);

        // 1. Everything acknowledged is there; what was not answered is there as a whole or not at all.
        foreach (var (member, model) in ledger.Models)
        {
            var state = (await members.GetMemberAsync(new() { MemberId = member })).Member;
            var clicks = await Clicks(members, member);
            var doubtful = ledger.Doubtful.SingleOrDefault(action => action?.MemberId == member);
            var after = model.Copy();
            if (doubtful is not null) after.Apply(doubtful);
            Assert.True(
                (model.Is(state) && model.Clicks == clicks) || (after.Is(state) && after.Clicks == clicks),
                $"{where}: {member} is {state} with {clicks} clicks, but acknowledged is {Text(model)}, and {doubtful} was not answered");
        }

        // 2. Sent again under its key, it has happened exactly once.
        for (var worker = 0; worker < Workers; worker++)
        {
            if (ledger.Doubtful[worker] is not { } action) continue;
            var model = ledger.Models[action.MemberId].Copy();
            var expected = model.Apply(action);
            Assert.Equal((where, action, expected), (where, action, await action.Send(members)));
            ledger.Models[action.MemberId] = model;
            ledger.Doubtful[worker] = null;
            ledger.Count(action, expected);
            Assert.True(model.Is((await members.GetMemberAsync(new() { MemberId = action.MemberId })).Member), $"{where}: {action} sent again");
            Assert.Equal((where, action, model.Clicks), (where, action, await Clicks(members, action.MemberId)));
        }
    }

    // A total is counted whether or not anybody has capped it; a cap of so many hides just those offers that were redeemed as often.
    private static async Task VerifyTotals(ServerProcess server, Ledger ledger, int[] limits, string where)
    {
        var catalog = new CatalogService.CatalogServiceClient(server.Channel);
        var decisions = new DecisionService.DecisionServiceClient(server.Channel);
        foreach (var limit in limits)
        {
            await catalog.PutCapRulesAsync(new()
            {
                Rules = { new CapRule { Name = "total", Event = CapEvent.Redemption, Scope = CapScope.Offer, Per = CapPer.Total, Limit = limit, Window = CapWindow.Forever } },
            });
            var shown = await decisions.NextBestOffersAsync(new() { MemberId = "nobody", Placements = { new PlacementRequest { Placement = "default", Count = OfferCount } } });
            Assert.Equal(
                (where, limit, string.Join(' ', Enumerable.Range(0, OfferCount).Where(offer => ledger.Redeemed[offer] < limit).Select(offer => $"o{offer}").Order(StringComparer.Ordinal))),
                (where, limit, string.Join(' ', shown.Placements[0].Offers.Select(offer => offer.OfferId).Order(StringComparer.Ordinal))));
        }

        await catalog.PutCapRulesAsync(new() { Remove = { "total" } });
    }

    private static async Task<int> Clicks(MemberService.MemberServiceClient members, string member)
    {
        using var export = JsonDocument.Parse((await members.ExportMemberAsync(new() { MemberId = member })).Json);
        return export.RootElement.GetProperty("actions").EnumerateArray().Count(action => action.GetProperty("kind").GetString() == "click");
    }

    private static async Task ActUntilKilled(ServerProcess server, Ledger ledger, Random random, string where)
    {
        var left = random.Next(30, 400);
        var seeds = Enumerable.Range(0, Workers).Select(_ => random.Next()).ToArray();
        var members = new MemberService.MemberServiceClient(server.Channel);
        await Task.WhenAll(seeds.Select((seed, worker) => Task.Run(async () =>
        {
            var mine = new Random(seed);
            while (true)
            {
                var action = ModelAction.Random(mine, Name(worker, mine.Next(MembersOfAWorker)), OfferCount, clickChance: 0.15);
                Refusal answer;
                try
                {
                    answer = await action.Send(members);
                }
                catch (RpcException)
                {
                    ledger.Doubtful[worker] = action;
                    return;
                }

                Assert.Equal((where, action, ledger.Models[action.MemberId].Apply(action)), (where, action, answer));
                ledger.Count(action, answer);
                Interlocked.Increment(ref ledger.Acknowledged);

                // The moment is a number of answers, so that every speed meets it; the others are somewhere on their way.
                if (Interlocked.Decrement(ref left) == 0) server.Program.Kill();
            }
        })));
    }

    private static string Name(int worker, int member) => $"w{worker}-m{member}";

    private static string Text(MemberModel model) =>
        $"activated [{string.Join(',', model.Activated)}], redeemed [{string.Join(',', model.Redeemed)}], consents [{string.Join(',', model.Consents)}], {model.Clicks} clicks";
}
