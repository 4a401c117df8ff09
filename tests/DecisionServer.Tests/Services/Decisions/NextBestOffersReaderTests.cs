using DecisionServer.Engine;
using DecisionServer.Services.Decisions;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Services.Decisions;

public class NextBestOffersReaderTests
{
    private static readonly string Longest = new('x', 64);
    private static readonly string TooLong = new('x', 65);

    public static TheoryData<string, Action<NextBestOffersRequest>> Faults => new()
    {
        { "member_id: is empty", r => r.MemberId = "" },
        { "member_id: is 65 bytes long, at most 64 are allowed", r => r.MemberId = TooLong },
        { "member_id: is 66 bytes long, at most 64 are allowed", r => r.MemberId = new('é', 33) },
        { "member_id: is not valid UTF-8", r => r.MemberId = "a\uFFFD" },
        { "placements: holds 21 elements, at most 20 are allowed", r => r.Placements.Add(Enumerable.Repeat(new PlacementRequest { Placement = "p" }, 21)) },
        { "placements[1].placement: is empty", r => r.Placements.Add([new PlacementRequest { Placement = "p" }, new PlacementRequest()]) },
        { "placements[0].count: is 101, must be between 1 and 100, or 0 for the placement's default", r => r.Placements.Add(new PlacementRequest { Placement = "p", Count = 101 }) },
        { "placements[0].count: is -1, must be between 1 and 100, or 0 for the placement's default", r => r.Placements.Add(new PlacementRequest { Placement = "p", Count = -1 }) },
        { "exclude_offer_ids: holds 201 elements, at most 200 are allowed", r => r.ExcludeOfferIds.Add(Enumerable.Repeat("o", 201)) },
        { "exclude_offer_ids[1]: is empty", r => r.ExcludeOfferIds.Add(["o", ""]) },
        { "min_score: is not a finite number", r => r.MinScore = float.NaN },
        { "min_score: is not a finite number", r => r.MinScore = float.NegativeInfinity },
        { "context.channel: is 65 bytes long, at most 64 are allowed", r => r.Context.Channel = TooLong },
        { "context.chain_id: is 65 bytes long, at most 64 are allowed", r => r.Context.ChainId = TooLong },
        { "context.store_id: is 65 bytes long, at most 64 are allowed", r => r.Context.StoreId = TooLong },
        { "context.locale: is 65 bytes long, at most 64 are allowed", r => r.Context.Locale = TooLong },
        { "context.basket_item_ids: holds 201 elements, at most 200 are allowed", r => r.Context.BasketItemIds.Add(Enumerable.Repeat("i", 201)) },
        { "context.basket_item_ids[2]: is 65 bytes long, at most 64 are allowed", r => r.Context.BasketItemIds.Add(["a", "b", TooLong]) },
        { "context.focus_categories: holds 51 elements, at most 50 are allowed", r => r.Context.FocusCategories.Add(Enumerable.Repeat("c", 51)) },
        { "context.focus_categories[0]: is empty", r => r.Context.FocusCategories.Add("") },
        { "context.attributes: holds 51 elements, at most 50 are allowed", r => Many(r, 51) },
        { "context.attributes (a key): is 65 bytes long, at most 64 are allowed", r => r.Context.Attributes.Add(TooLong, "") },
        { "context.attributes[\"k\"]: is 257 bytes long, at most 256 are allowed", r => r.Context.Attributes.Add("k", new('v', 257)) },
        { "context.attributes[\"segments\"]: names 21 segments, at most 20 are allowed", r => r.Context.Attributes.Add("segments", string.Join('|', Enumerable.Range(0, 21))) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_OneFault_NamesTheFieldAndTheFault(string expected, Action<NextBestOffersRequest> spoil)
    {
        var request = new NextBestOffersRequest { MemberId = "m", Context = new Context() };
        spoil(request);

        var refusal = Assert.Throws<RpcException>(() => NextBestOffersReader.Read(request, new DecisionRequest()));

        Assert.Equal((StatusCode.InvalidArgument, expected), (refusal.StatusCode, refusal.Status.Detail));
    }

    [Fact]
    public void Read_EverythingAtItsLimit_HandsItToTheEngine()
    {
        var request = new NextBestOffersRequest { MemberId = Longest, MinScore = -1, DryRun = true, Explain = true, AllowDuplicates = true, Context = new() };
        request.Placements.Add(Enumerable.Repeat(new PlacementRequest { Placement = "p", Count = 100 }, 20));
        request.ExcludeOfferIds.Add(Enumerable.Repeat("o", 200));
        (request.Context.Channel, request.Context.ChainId, request.Context.StoreId, request.Context.Locale) = ("app", "c", "s", "de-DE");
        request.Context.BasketItemIds.Add(Enumerable.Repeat("i", 200));
        request.Context.FocusCategories.Add(Enumerable.Repeat("f", 50));
        Many(request, 49);
        request.Context.Attributes.Add("segments", "new||loyal|" + string.Join('|', Enumerable.Range(0, 18)));
        var into = new DecisionRequest();

        NextBestOffersReader.Read(request, into);

        Assert.Equal((Longest, -1f, true, true, true), (into.MemberId, into.MinScore, into.DryRun, into.Explain, into.AllowDuplicates));
        Assert.Equal((20, 200, 200, 50), (into.Placements.Count, into.ExcludeOfferIds.Count, into.Context.BasketItemIds.Count, into.Context.FocusCategories.Count));
        Assert.Equal(new PlacementAsk("p", 100), into.Placements[19]);
        Assert.Equal(("app", "c", "s"), (into.Context.Channel, into.Context.ChainId, into.Context.StoreId));
        Assert.StartsWith("new||loyal|0|", into.Context.Segments, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OnlyAMember_LeavesTheRestUnknown()
    {
        var into = new DecisionRequest();

        NextBestOffersReader.Read(new NextBestOffersRequest { MemberId = "m" }, into);

        Assert.Equal(0, into.Placements.Count);
        Assert.Null(into.MinScore);
        Assert.Equal("", into.Context.Channel);
    }

    private static void Many(NextBestOffersRequest request, int attributes)
    {
        for (var i = 0; i < attributes; i++) request.Context.Attributes.Add($"k{i}", "");
    }
}
