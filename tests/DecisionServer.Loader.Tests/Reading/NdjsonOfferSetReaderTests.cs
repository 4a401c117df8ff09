using System.Text;

namespace DecisionServer.Loader.Tests;

public sealed class NdjsonOfferSetReaderTests
{
    private const string Good = """{"member_id":"m1","offers":[{"offer_id":"O1","score":0.5},{"score":1e-3,"offer_id":"say \"hi\""}],"affinities":[{"kind":"brand","key":"b\u00e9","score":1}]}""";

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    public async Task Read_OneMemberALine_SetsWithAffinities(int pieces)
    {
        var read = await Reading.SetsAsync("\uFEFF" + Good + "\r\n\n" + Good.Replace("m1", "m2", StringComparison.Ordinal), InputFormat.Ndjson, pieces: pieces);

        Assert.Empty(read.Faults);
        Assert.Equal(["m1", "m2"], read.Sets.Select(set => set.MemberId));
        Assert.Equal([("O1", 0.5f), ("say \"hi\"", 0.001f)], read.Sets[0].Offers.Select(offer => (offer.OfferId, offer.Score)));
        Assert.Equal("bé", Assert.Single(read.Sets[0].Affinities).Key);
    }

    [Theory]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":0.5}]""", "not valid JSON near byte")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":NaN}]}""", "not valid JSON near byte 53")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":1e39}]}""", "score '1e39' is not a finite number")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":"0.5"}]}""", "score is not a number")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1"}]}""", "an offer lacks score")]
    [InlineData("""{"member_id":"m","offers":[{"score":1}]}""", "an offer lacks offer_id")]
    [InlineData("""{"member_id":"m","affinities":[{"key":"a","score":1}]}""", "an affinity lacks kind")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":1},{"offer_id":"O1","score":0.5}]}""", "offer 'O1' is in this member's set already")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O9","score":1}]}""", "offer 'O9' is not in the catalogue")]
    [InlineData("""{"member_id":"m","offers":[],"affinities":[]}""", "the set has neither offers nor affinities")]
    [InlineData("""{"member_id":"","offers":[{"offer_id":"O1","score":1}]}""", "member_id is empty")]
    [InlineData("""{"member_id":7,"offers":[{"offer_id":"O1","score":1}]}""", "member_id is not a string")]
    [InlineData("""{"member_id":"m","member_id":"n","offers":[{"offer_id":"O1","score":1}]}""", "member_id is there twice")]
    [InlineData("""{"offers":[{"offer_id":"O1","score":1}]}""", "member_id is missing")]
    [InlineData("""{"member_id":"m","offer":[{"offer_id":"O1","score":1}]}""", "'offer' is unknown")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":1,"rank":1}]}""", "'rank' is unknown")]
    [InlineData("""{"member_id":"\ud800","offers":[{"offer_id":"O1","score":1}]}""", "not valid JSON near byte")]
    [InlineData("""{"member_id":"m","offers":[{"offer_id":"O1","score":1}]} x""", "not valid JSON near byte")]
    [InlineData("[]", "the line is not an object")]
    [InlineData("member_id,offer_id,score", "not valid JSON near byte 1 ")]
    public async Task Read_BadLine_RefusedWithItsNumber(string line, string fault)
    {
        var read = await Reading.SetsAsync(Good + "\n" + line + "\n" + Good.Replace("m1", "m2", StringComparison.Ordinal) + "\n", InputFormat.Ndjson);

        Assert.Equal(["m1", "m2"], read.Sets.Select(set => set.MemberId));
        Assert.StartsWith("stdin:2: " + fault, Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, read.RefusedSets);
    }

    [Fact]
    public async Task Read_InvalidUtf8_LineRefused()
    {
        byte[] line = [.. "{\"member_id\":\""u8, 0xff, .. "\",\"offers\":[{\"offer_id\":\"O1\",\"score\":1}]}\n"u8];

        var read = await Reading.SetsAsync(line, InputFormat.Ndjson);

        Assert.Single(read.Faults);
        Assert.Empty(read.Sets);
    }

    [Fact]
    public async Task Read_SixtyFiveOffers_LineRefused()
    {
        var offers = string.Join(',', Enumerable.Range(0, 65).Select(i => $$"""{"offer_id":"X{{i}}","score":0.5}"""));
        var line = $$"""{"member_id":"m","offers":[{{offers}}]}""";

        var read = await Reading.SetsAsync(Encoding.UTF8.GetBytes(line), InputFormat.Ndjson, table: Reading.Table(Enumerable.Range(0, 65).Select(i => $"X{i}")));

        Assert.StartsWith("stdin:1: the member has more than 64 offers", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_EmptyFile_ErrorSaysSo()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync("\n", InputFormat.Ndjson));

        Assert.StartsWith("stdin: holds no offer sets", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_LineLongerThanTheBound_ErrorNamesIt()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(Good + "\n" + new string(' ', 2_000_000) + "\n", InputFormat.Ndjson));

        Assert.StartsWith("stdin:2: the line is longer than 1048576 bytes", exception.Message, StringComparison.Ordinal);
    }
}
