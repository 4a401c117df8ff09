using DecisionServer.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Loader.Tests;

public sealed class OfferReaderTests
{
    [Fact]
    public async Task Read_CsvWithAllColumns_AllFieldsSet()
    {
        var (offers, faults) = await Reading.OffersAsync(
            "offer_id,campaign_id,campaign_type,category,department,brand,valid_from,valid_until,product_ids,title,channels,chains,stores,price_minor,value,boost,segments,consent\r\n"
            + "o1,11,Type B,\"CANDY, MILK\",GROCERY,266,2017-07-12,2017-08-27,1|2|3,\"Two\nlines\",app|web,north,s1|s2,199,2.5,1.25,vip|new,marketing\r\n");

        Assert.Empty(faults);
        var offer = Assert.Single(offers);
        Assert.Equal(["1", "2", "3"], offer.ItemIds);
        Assert.Equal("CANDY, MILK", offer.Category);
        Assert.Equal("Two\nlines", offer.Title);
        Assert.Equal((199L, 2.5f, 1.25f), (offer.PriceMinor, offer.Value, offer.Boost));
        Assert.Equal(["app", "web"], offer.Channels);
        Assert.Equal(["north"], offer.ChainIds);
        Assert.Equal(["s1", "s2"], offer.StoreIds);
        Assert.Equal(["vip", "new"], offer.Segments);
        Assert.Equal("marketing", offer.Consent);
        Assert.Equal(new DateTime(2017, 7, 12, 0, 0, 0, DateTimeKind.Utc), offer.ValidFrom.ToDateTime());
        Assert.Equal(new DateTime(2017, 8, 28, 0, 0, 0, DateTimeKind.Utc), offer.ValidUntil.ToDateTime());
    }

    [Fact]
    public async Task Read_EmptyOptionalFields_Absent()
    {
        var (offers, _) = await Reading.OffersAsync("offer_id,valid_from,price_minor,value,channels\no1,,,,\n");

        var offer = Assert.Single(offers);
        Assert.Equal(new Offer { OfferId = "o1" }, offer);
        Assert.False(offer.HasPriceMinor || offer.HasValue);
    }

    [Theory]
    [InlineData("2017-08-27T22:00:00Z", "2017-08-27T22:00:00Z")]
    [InlineData("2017-08-27T22:00:00.5+02:00", "2017-08-27T20:00:00.500Z")]
    [InlineData("2017-08-27", "2017-08-28T00:00:00Z")]
    [InlineData("2016-02-29", "2016-03-01T00:00:00Z")]
    public async Task Read_ValidUntil_ExclusiveInstant(string text, string expected)
    {
        var (offers, faults) = await Reading.OffersAsync($"offer_id,valid_until\no1,{text}\n");

        Assert.Empty(faults);
        Assert.Equal($"\"{expected}\"", Assert.Single(offers).ValidUntil.ToString());
    }

    [Fact]
    public async Task Read_LastDayOfTheCalendar_ForEver()
        => Assert.Null(Assert.Single((await Reading.OffersAsync("offer_id,valid_until\no1,9999-12-31\n")).Offers).ValidUntil);

    [Theory]
    [InlineData("valid_until", "27.08.2017", "valid_until: '27.08.2017' is not a day")]
    [InlineData("valid_until", "2017-08-27T22:00:00", "valid_until: '2017-08-27T22:00:00' is not a day")]
    [InlineData("valid_until", "2017-02-30", "valid_until: '2017-02-30' is not a day")]
    [InlineData("price_minor", "1.99", "price_minor: '1.99' is not a whole number of cents, 0 or more")]
    [InlineData("price_minor", "-1", "price_minor: '-1' is not a whole number of cents, 0 or more")]
    [InlineData("value", "nan", "value: 'nan' is not a finite number")]
    [InlineData("value", "-1", "value: -1 is not between 0 and 1000000")]
    [InlineData("boost", "1001", "boost: 1001 is not between 0 and 1000")]
    [InlineData("channels", "app||web", "channels: '' is empty")]
    [InlineData("product_ids", "12345678901234567890123456789012345678901234567890123456789012345", "is 65 bytes long, at most 64 are allowed")]
    [InlineData("category", "12345678901234567890123456789012345678901234567890123456789012345", "category: is 65 bytes long, at most 64 are allowed")]
    public async Task Read_BadField_OfferRefusedWithItsLine(string column, string value, string fault)
    {
        var (offers, faults) = await Reading.OffersAsync($"offer_id,{column}\no1,\no2,{value}\no3,\n");

        Assert.Equal(["o1", "o3"], offers.Select(offer => offer.OfferId));
        var message = Assert.Single(faults).ToString();
        Assert.StartsWith("stdin:3: ", message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_SeveralFaults_AllNamed()
    {
        var (_, faults) = await Reading.OffersAsync("offer_id,valid_from,valid_until,boost\n,2017-08-28,2017-08-27,2000\n");

        Assert.Equal(
            "stdin:2: offer_id: '' is empty; boost: 2000 is not between 0 and 1000; valid_until: is not after valid_from (the offer is left out, and so are the sets that name it)",
            Assert.Single(faults).ToString());
    }

    [Fact]
    public async Task Read_SameIdTwice_SecondRefused()
    {
        var (offers, faults) = await Reading.OffersAsync("offer_id\no1\no1\n");

        Assert.Single(offers);
        Assert.StartsWith("stdin:3: offer_id: 'o1' is there twice", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_CapsColumn_EachCapIsRead()
    {
        var (offers, faults) = await Reading.OffersAsync("offer_id,caps\no1,redemption:total:1000|impression:member:3:day|custom.scan:member:5:36h\no2,\n");

        Assert.Empty(faults);
        Assert.Equal(
            [
                new CapRule { Event = CapEvent.Redemption, Scope = CapScope.Offer, Per = CapPer.Total, Limit = 1_000, Window = CapWindow.Forever },
                new CapRule { Event = CapEvent.Impression, Scope = CapScope.Offer, Per = CapPer.Member, Limit = 3, Window = CapWindow.Day },
                new CapRule
                {
                    Event = CapEvent.Custom, CustomKind = "scan", Scope = CapScope.Offer, Per = CapPer.Member, Limit = 5, Window = CapWindow.Rolling, RollingSeconds = 129_600,
                },
            ],
            offers[0].Caps);
        Assert.Empty(offers[1].Caps);
    }

    [Theory]
    [InlineData("redemption:total", "is not of the form event:member|total:limit[:window]")]
    [InlineData("sale:total:1", "is not of the form")]
    [InlineData("click:each:1", "is not of the form")]
    [InlineData("click:member:1:year", "is not of the form")]
    [InlineData("click:member:0", "the limit 0 is not between 1 and 1000000")]
    [InlineData("click:member:101:1h", "the limit 101 is not between 1 and 100 (for a rolling window)")]
    [InlineData("click:total:1:1h", "a cap in total cannot roll")]
    [InlineData("click:member:1:400d", "is not between 1 s and 366 d")]
    [InlineData("custom.:member:1", "a custom event needs its kind")]
    public async Task Read_BadCap_RowRefused(string cap, string fault)
        => Assert.Contains(fault, Assert.Single((await Reading.OffersAsync($"offer_id,caps\ngood,\no1,{cap}\n")).Faults).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Create_NoOfferId_ErrorNamesIt()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.OffersAsync("category\nA\n"));

        Assert.StartsWith("stdin:1: column 'offer_id' is missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NoRows_ErrorSaysSo()
        => Assert.Contains("holds no offers", (await Assert.ThrowsAsync<InputException>(() => Reading.OffersAsync("offer_id\n"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Read_Ndjson_NamesOfTheCsv()
    {
        var (offers, faults) = await Reading.OffersAsync(
            """{"offer_id":"o1","category":"C","product_ids":["1","2"],"valid_until":"2017-08-27","price_minor":199,"value":0.5,"channels":["app"],"consent":null,"content":{"image":"a.png"}}""",
            InputFormat.Ndjson);

        Assert.Empty(faults);
        var expected = new Offer { OfferId = "o1", Category = "C", PriceMinor = 199, Value = 0.5f, ValidUntil = Timestamp.FromDateTime(new DateTime(2017, 8, 28, 0, 0, 0, DateTimeKind.Utc)) };
        expected.ItemIds.Add(["1", "2"]);
        expected.Channels.Add("app");
        expected.Content["image"] = "a.png";
        Assert.Equal(expected, Assert.Single(offers));
    }

    [Theory]
    [InlineData("""{"offer_id":"o1","caps":3}""", "caps: is not an array of strings")]
    [InlineData("""{"offer_id":"o1","caps":["click"]}""", "caps: 'click' is not of the form")]
    [InlineData("""{"offer_id":"o1","caps":["click:member:1",2]}""", "caps: is not an array of strings")]
    [InlineData("""{"offer_id":"o1","colour":"red"}""", "'colour' is unknown")]
    [InlineData("""{"offer_id":"o1","product_ids":"1|2"}""", "product_ids: is not an array of strings")]
    [InlineData("""{"offer_id":"o1","product_ids":[1]}""", "product_ids: is not an array of strings")]
    [InlineData("""{"offer_id":"o1","price_minor":"199"}""", "price_minor: is not a number")]
    [InlineData("""{"offer_id":"o1","content":{"a":1}}""", "content: is not an object of strings")]
    [InlineData("""{"offer_id":"o1","offer_id":"o2"}""", "'offer_id' is there twice")]
    [InlineData("""{"offer_id":"o1"}}""", "not valid JSON near byte")]
    [InlineData("""{"category":"C"}""", "offer_id: '' is empty")]
    public async Task Read_BadNdjson_LineRefused(string line, string fault)
        => Assert.Contains(fault, Assert.Single((await Reading.OffersAsync("{\"offer_id\":\"good\"}\n" + line, InputFormat.Ndjson)).Faults).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Read_Delimited_SameMessages()
    {
        Offer[] written = [new() { OfferId = "o1", Title = "t", Value = 2, Content = { ["k"] = "v" } }, new() { OfferId = "o2", ItemIds = { "1", "2" } }];
        using var stream = new MemoryStream();
        foreach (var offer in written) offer.WriteDelimitedTo(stream);
        stream.Position = 0;

        var (offers, faults) = await Reading.OffersAsync(new InputSpec(InputSpec.StandardInput, InputFormat.Protobuf), stream);

        Assert.Empty(faults);
        Assert.Equal(written, offers);
    }

    [Fact]
    public async Task Read_DelimitedWithImpossibleInstant_Refused()
    {
        using var stream = new MemoryStream();
        new Offer { OfferId = "o1", ValidFrom = new Timestamp { Seconds = long.MaxValue } }.WriteDelimitedTo(stream);
        stream.Position = 0;

        var (_, faults) = await Reading.OffersAsync(new InputSpec(InputSpec.StandardInput, InputFormat.Protobuf), stream);

        Assert.Contains("valid_from: 9223372036854775807 s", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }
}
