using System.Globalization;
using System.Text;

namespace DecisionServer.Loader.Tests;

public sealed class CsvOfferSetReaderTests
{
    private const string Header = "member_id,offer_id,score\n";

    [Fact]
    public async Task Read_RowsOfTwoMembers_TwoSetsInOrder()
    {
        var read = await Reading.SetsAsync(Header + "m1,O1,0.5\nm1,O2,0.25\nm2,O3,1.0000\n");

        Assert.Empty(read.Faults);
        Assert.Equal(["m1", "m2"], read.Sets.Select(set => set.MemberId));
        Assert.Equal([("O1", 0.5f), ("O2", 0.25f)], read.Sets[0].Offers.Select(offer => (offer.OfferId, offer.Score)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Read_AFewBytesAtATime_SameSets(int piece)
    {
        var text = "\uFEFFscore,member_id,offer_id\r\n0.5,m1,O1\r\n0.25,\"m1\",\"A,B\"\r\n\r\n1,m2,\"say \"\"hi\"\"\"\r\n0.75,m2,\"two\nlines\"";

        var whole = await Reading.SetsAsync(text);
        var pieces = await Reading.SetsAsync(text, pieces: piece);

        Assert.Equal(2, whole.Sets.Count);
        Assert.Equal(whole.Sets, pieces.Sets);
    }

    [Fact]
    public async Task Read_ColumnsInAnotherOrder_FoundByName()
    {
        var read = await Reading.SetsAsync("score,offer_id,member_id\n0.5,O1,m1\n");

        Assert.Equal("m1", Assert.Single(read.Sets).MemberId);
    }

    [Fact]
    public async Task Read_CrLfAndNoFinalLineEnd_SameAsLf()
    {
        var read = await Reading.SetsAsync("member_id,offer_id,score\r\nm1,O1,0.5\r\nm1,O2,0.25");

        Assert.Empty(read.Faults);
        Assert.Equal(2, Assert.Single(read.Sets).Offers.Count);
    }

    [Fact]
    public async Task Read_ByteOrderMark_PassedOver()
    {
        var read = await Reading.SetsAsync("\uFEFF" + Header + "m1,O1,0.5\n");

        Assert.Single(read.Sets);
    }

    [Fact]
    public async Task Read_QuotedFieldsWithCommasQuotesAndNewlines_Unquoted()
    {
        var read = await Reading.SetsAsync(Header + "m1,\"A,B\",0.5\nm1,\"say \"\"hi\"\"\",0.4\nm1,\"two\nlines\",0.3\nm1,Käse,0.2\n");

        Assert.Empty(read.Faults);
        Assert.Equal(["A,B", "say \"hi\"", "two\nlines", "Käse"], Assert.Single(read.Sets).Offers.Select(offer => offer.OfferId));
    }

    [Fact]
    public async Task Read_NewlineInQuotes_LineNumbersStayThoseOfTheFile()
    {
        var read = await Reading.SetsAsync(Header + "m1,\"two\nlines\",0.5\nm2,O1,bad\n");

        Assert.Equal("stdin:4: score 'bad' is not a finite number (write it like 0.1234; the member's whole set is left out)", Assert.Single(read.Faults).ToString());
    }

    [Fact]
    public async Task Read_UnsortedScores_TakenAsTheyAre()
    {
        var read = await Reading.SetsAsync(Header + "m1,O1,0.1\nm1,O2,0.9\n");

        Assert.Equal([0.1f, 0.9f], Assert.Single(read.Sets).Offers.Select(offer => offer.Score));
    }

    [Fact]
    public async Task Create_EmptyFile_ErrorSaysSo()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(""));

        Assert.Equal("stdin: is empty (the first line names the columns: member_id,offer_id,score)", exception.Message);
    }

    [Fact]
    public async Task Read_HeaderOnly_ErrorSaysSo()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(Header));

        Assert.StartsWith("stdin: holds no offer sets", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_UnknownColumn_ErrorNamesIt()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync("member_id,offer_id,score,rang\nm1,O1,0.5,1\n"));

        Assert.Equal("stdin:1: column 'rang' is unknown (known columns: member_id,offer_id,score)", exception.Message);
    }

    [Fact]
    public async Task Create_MissingAndDoubledColumns_ErrorNamesAll()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync("offer_id,offer_id\nO1,O1\n"));

        Assert.Contains("column 'offer_id' is there twice; column 'member_id' is missing; column 'score' is missing", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-inf")]
    [InlineData("1e39")]
    [InlineData("1e400")]
    [InlineData("")]
    [InlineData("0,5")]
    [InlineData("0x1")]
    [InlineData(" 0.5")]
    [InlineData("0.5 ")]
    public async Task Read_ScoreNotFinite_RowRefusedWithItsLine(string score)
    {
        var read = await Reading.SetsAsync(Header + $"m1,O1,0.5\nm2,O1,\"{score}\"\nm3,O1,0.5\n");

        Assert.Equal(["m1", "m3"], read.Sets.Select(set => set.MemberId));
        Assert.StartsWith($"stdin:3: score '{score}' is not a finite number", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OneBadRowOfAMember_WholeSetRefusedOthersKept()
    {
        var read = await Reading.SetsAsync(Header + "m1,O1,0.5\nm1,O2,x\nm1,O3,0.1\nm2,O1,0.5\n");

        Assert.Equal(["m2"], read.Sets.Select(set => set.MemberId));
        Assert.Equal(1, read.RefusedSets);
        Assert.Single(read.Faults);
    }

    [Fact]
    public async Task Read_UnknownOffer_RefusedByName()
    {
        var read = await Reading.SetsAsync(Header + "m1,O9,0.5\n\n");

        Assert.Empty(read.Sets);
        Assert.StartsWith("stdin:2: offer 'O9' is not in the catalogue of 7 offers (add it to the offers or take it out here", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_DuplicateOffer_RefusedAtTheSecondRow()
    {
        var read = await Reading.SetsAsync(Header + "m1,O1,0.5\nm1,O1,0.4\n");

        Assert.Empty(read.Sets);
        Assert.StartsWith("stdin:3: offer 'O1' is in this member's set already", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SixtyFourOffers_Taken()
    {
        var read = await ReadMany(64);

        Assert.Empty(read.Faults);
        Assert.Equal(64, Assert.Single(read.Sets).Offers.Count);
    }

    [Fact]
    public async Task Read_SeventyOffers_OneFaultAtTheSixtyFifth()
    {
        var read = await ReadMany(70);

        Assert.Empty(read.Sets);
        Assert.StartsWith("stdin:66: the member has more than 64 offers (keep the best 64;", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "member_id is empty")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "member_id is 65 bytes long, at most 64 are allowed")]
    [InlineData("m\uFFFD", "member_id holds U+FFFD")]
    public async Task Read_BadMemberId_RowRefused(string id, string fault)
    {
        var read = await Reading.SetsAsync(Header + $"{id},O1,0.5\nm2,O1,0.5\n");

        Assert.Equal(["m2"], read.Sets.Select(set => set.MemberId));
        Assert.StartsWith("stdin:2: " + fault, Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, read.RefusedSets);
    }

    [Fact]
    public async Task Read_InvalidUtf8MemberId_RowRefused()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(Header), 0xff, 0xfe, .. Encoding.UTF8.GetBytes(",O1,0.5\nm2,O1,0.5\n")];

        var read = await Reading.SetsAsync(content);

        Assert.StartsWith("stdin:2: member_id is not valid UTF-8", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m1,O2", "2 fields where the header has 3")]
    [InlineData("m1,O2,0.5,0.5", "4 fields where the header has 3")]
    [InlineData("m1,O\"2,0.5", "a quote inside a field that does not begin with one")]
    [InlineData("m1,\"O2\"x,0.5", "text behind a closing quote")]
    public async Task Read_BrokenRow_RefusesTheSetItStandsIn(string row, string fault)
    {
        var read = await Reading.SetsAsync(Header + $"m1,O1,0.5\n{row}\nm1,O3,0.1\nm2,O1,0.5\n");

        Assert.Equal(["m2"], read.Sets.Select(set => set.MemberId));
        Assert.StartsWith("stdin:3: " + fault, Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_QuoteNeverClosed_ErrorNamesTheRow()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(Header + "m1,O1,0.5\nm2,\"O1,0.5\nm3,O1,0.5\n"));

        Assert.StartsWith("stdin:3: a quote is opened and never closed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_RowLongerThanTheBound_ErrorNamesTheRow()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(Header + "m1,O1,0.5\nm2,\"" + new string('x', 1_000_000) + "\",0.5\n"));

        Assert.StartsWith("stdin:3: the row is longer than 65536 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Affinities_KindsByName()
    {
        var read = await Reading.SetsAsync("member_id,kind,key,score\nm1,product,p1,1\nm1,item,p2,0.9\nm1,category,\"CANDY, MILK\",0.8\nm1,brand,b,0.7\nm1,chain,c,0.6\n", affinities: true);

        Assert.Empty(read.Faults);
        Assert.Equal([1, 1, 2, 3, 4], Assert.Single(read.Sets).Affinities.Select(affinity => (int)affinity.Kind));
    }

    [Theory]
    [InlineData("m1,colour,red,0.5", "kind 'colour' is unknown (use product, item, category, brand or chain")]
    [InlineData("m1,brand,,0.5", "the affinity's key is empty")]
    [InlineData("m1,brand,b,nan", "score 'nan' is not a finite number")]
    [InlineData("m1,brand,b0,0.5", "affinity 'b0' is in this member's set already")]
    public async Task Read_BadAffinity_RowRefused(string row, string fault)
    {
        var read = await Reading.SetsAsync($"member_id,kind,key,score\nm1,brand,b0,1\n{row}\nm2,brand,b,1\n", affinities: true);

        Assert.Equal(["m2"], read.Sets.Select(set => set.MemberId));
        Assert.StartsWith("stdin:3: " + fault, Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SixtyFiveAffinities_Refused()
    {
        var rows = string.Concat(Enumerable.Range(0, 65).Select(i => $"m1,brand,b{i.ToString(CultureInfo.InvariantCulture)},0.5\n"));

        var read = await Reading.SetsAsync("member_id,kind,key,score\n" + rows, affinities: true);

        Assert.StartsWith("stdin:66: the member has more than 64 affinities", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    private static Task<SetsRead> ReadMany(int offers)
    {
        var ids = Enumerable.Range(0, offers).Select(i => $"X{i}").ToArray();
        return Reading.SetsAsync(Encoding.UTF8.GetBytes(Header + string.Concat(ids.Select(id => $"m1,{id},0.5\n"))), table: Reading.Table(ids));
    }
}
