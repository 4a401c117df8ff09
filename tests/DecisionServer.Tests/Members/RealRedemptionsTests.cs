using DecisionServer.Tests.Processes;
using DecisionServer.V1;

namespace DecisionServer.Tests.Members;

/// <summary>What households really redeemed in three weeks, as activations and redemptions against the weeks as they were loaded.</summary>
public sealed class RealRedemptionsTests
{
    private sealed record Redemption(string MemberId, string OfferId, DateOnly Date);

    private sealed record Told(Redemption Redemption, Refusal Activated, Refusal Redeemed);

    [Theory]
    [InlineData("2017-08-14")]
    [InlineData("2017-08-21")]
    [InlineData("2017-08-28")]
    public async Task Redeem_RealWeek_TotalsAgreeAndEveryRefusalIsExplained(string week)
    {
        var folder = Path.Combine(Find(), week);
        var redemptions = Rows(folder, "redemptions.csv").Select(row => new Redemption(row[0], row[1], DateOnly.Parse(row[2], null))).ToList();
        var validUntil = Rows(folder, "offers.csv").ToDictionary(row => row[0], row => DateOnly.Parse(row[7], null));
        var told = new List<Told>();
        using var data = new TemporaryDirectory();

        // The clock stands still while a server runs: one run a day, in the order of the days.
        foreach (var day in redemptions.GroupBy(each => each.Date).OrderBy(day => day.Key))
        {
            await using var server = await ServerProcess.Start(data.Path, [$"Clock:Now={day.Key:yyyy-MM-dd}T23:59:59Z", "Log:Level=Information"]);
            if (told.Count == 0)
                (await LoaderProcess.Run(
                    "load", "--server", server.Grpc.ToString(), "--generation", week, "--publish", "--force",
                    "--offers", Path.Combine(folder, "offers.csv"), "--offer-sets", Path.Combine(folder, "offer_sets.csv"))).Succeeded();
            foreach (var redemption in day) told.Add(await Redeem(server, redemption));
        }

        // 1. What was refused is what the rules refuse: coupons past their day, and the same coupon a second time.
        var seen = new HashSet<(string, string)>();
        foreach (var each in told)
        {
            var expected = !validUntil.TryGetValue(each.Redemption.OfferId, out var last) ? Refusal.UnknownOffer
                : !seen.Add((each.Redemption.MemberId, each.Redemption.OfferId)) ? Refusal.AlreadyRedeemed
                : each.Redemption.Date > last ? Refusal.Expired
                : Refusal.Unspecified;
            Assert.Equal((each.Redemption, expected), (each.Redemption, each.Redeemed));
            Assert.Equal((each.Redemption, expected), (each.Redemption, each.Activated));
        }

        // 2. Each offer was redeemed as often as the file says, but for those refusals; also after a restart.
        await using var after = await ServerProcess.Start(data.Path, ["Clock:Now=2017-09-10T00:00:00Z"]);
        var members = new MemberService.MemberServiceClient(after.Channel);
        var counted = new Dictionary<string, int>();
        foreach (var member in redemptions.Select(each => each.MemberId).Distinct())
        {
            foreach (var offer in (await members.GetMemberAsync(new() { MemberId = member })).Member.Redeemed) counted[offer.OfferId] = counted.GetValueOrDefault(offer.OfferId) + 1;
        }

        Assert.Equal(
            told.Where(each => each.Redeemed == Refusal.Unspecified).CountBy(each => each.Redemption.OfferId).OrderBy(each => each.Key),
            counted.OrderBy(each => each.Key));
        Assert.NotEmpty(counted);
    }

    private static async Task<Told> Redeem(ServerProcess server, Redemption redemption)
    {
        var (member, offer) = (redemption.MemberId, redemption.OfferId);
        var members = new MemberService.MemberServiceClient(server.Channel);
        var key = Guid.NewGuid().ToString("N");
        var activated = await members.ActivateOfferAsync(new() { MemberId = member, OfferId = offer, IdempotencyKey = "a" + key });
        if (activated.Refusal == Refusal.Unspecified) Assert.DoesNotContain(offer, await Shown(server, member));
        var redeemed = await members.RedeemOfferAsync(new() { MemberId = member, OfferId = offer, IdempotencyKey = "r" + key });
        Assert.DoesNotContain(offer, await Shown(server, member));
        return new Told(redemption, activated.Refusal, redeemed.Refusal);
    }

    private static async Task<IEnumerable<string>> Shown(ServerProcess server, string member)
    {
        var request = new NextBestOffersRequest { MemberId = member, Placements = { new PlacementRequest { Placement = "default", Count = 100 } } };
        var answer = await new DecisionService.DecisionServiceClient(server.Channel).NextBestOffersAsync(request);
        return answer.Placements[0].Offers.Select(each => each.OfferId);
    }

    private static IEnumerable<string[]> Rows(string folder, string file) => File.ReadLines(Path.Combine(folder, file)).Skip(1).Select(line => line.Split(','));

    // The real weeks lie beside the repository.
    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "complete-journey");
            if (Directory.Exists(data)) return data;
        }

        throw new DirectoryNotFoundException("shared/data/complete-journey is not beside the repository");
    }
}
