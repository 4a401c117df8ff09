using DecisionServer.Engine;
using DecisionServer.Services.Decisions;
using DecisionServer.V1;
using Grpc.Core;

namespace DecisionServer.Tests.Services.Decisions;

public class RankSearchReaderTests
{
    private static readonly string TooLong = new('x', 65);

    public static TheoryData<string, Action<RankSearchRequest>> Faults => new()
    {
        { "member_id: is empty", r => r.MemberId = "" },
        { "query: is 258 bytes long, at most 256 are allowed", r => r.Query = new('é', 129) },
        { "candidates: is empty, between 1 and 1000 items are needed", r => r.Candidates.Clear() },
        { "candidates: holds 1001 elements, at most 1000 are allowed", r => Add(r, 1_000) },
        { "candidates[1].item_id: is empty", r => r.Candidates.Add(new SearchCandidate()) },
        { "candidates[18].item_id: is 65 bytes long, at most 64 are allowed", r => { Add(r, 17); r.Candidates.Add(new SearchCandidate { ItemId = TooLong }); } },
        { "candidates[1].item_id: \"first\" is there already, each item may be given once", r => r.Candidates.Add(new SearchCandidate { ItemId = "first" }) },
        { "candidates[0].relevance: is not a finite number", r => r.Candidates[0].Relevance = float.PositiveInfinity },
        { "candidates[0].relevance: is not a finite number", r => r.Candidates[0].Relevance = float.NaN },
        { "candidates[0].category: is 65 bytes long, at most 64 are allowed", r => r.Candidates[0].Category = TooLong },
        { "candidates[0].brand: is 65 bytes long, at most 64 are allowed", r => r.Candidates[0].Brand = TooLong },
        { "count: is -1, must be between 1 and 1000, or 0 for all", r => r.Count = -1 },
        { "count: is 1001, must be between 1 and 1000, or 0 for all", r => r.Count = 1_001 },
        { "context.channel: is 65 bytes long, at most 64 are allowed", r => r.Context = new Context { Channel = TooLong } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Read_OneFault_NamesTheFieldAndTheFault(string expected, Action<RankSearchRequest> spoil)
    {
        var request = new RankSearchRequest { MemberId = "m", Candidates = { new SearchCandidate { ItemId = "first" } } };
        spoil(request);

        var refusal = Assert.Throws<RpcException>(() => RankSearchReader.Read(request, new SearchRequest(), []));

        Assert.Equal((StatusCode.InvalidArgument, expected), (refusal.StatusCode, refusal.Status.Detail));
    }

    [Fact]
    public void Read_EverythingAtItsLimit_HandsItToTheEngine()
    {
        var request = new RankSearchRequest { MemberId = "m", Query = new('q', 256), Count = 1_000, Context = new() { StoreId = "s" } };
        request.Candidates.Add(new SearchCandidate { ItemId = "first", Relevance = -2.5f, Category = "c", Brand = "b" });
        Add(request, 999);
        var into = new SearchRequest();

        RankSearchReader.Read(request, into, []);

        Assert.Equal(("m", 1_000, 1_000, "s"), (into.MemberId, into.Count, into.Items.Count, into.Context.StoreId));
        Assert.Equal(new SearchItem("first", -2.5f, "c", "b"), into.Items[0]);
    }

    private static void Add(RankSearchRequest request, int items)
    {
        for (var i = 0; i < items; i++) request.Candidates.Add(new SearchCandidate { ItemId = $"i{i}" });
    }
}
