using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Loader.Tests;

public sealed class DelimitedOfferSetReaderTests
{
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Read_MessagesOfTheGeneratedCode_SameSets(int pieces)
    {
        OfferSet[] sets = [Set("m1", ("O1", 0.5f), ("Käse", 0)), Set("m2", ("O2", -1.5f))];
        sets[0].Affinities.Add(new Affinity { Kind = AffinityKind.Chain, Key = "north", Score = 0.25f });

        var read = await Reading.SetsAsync(Delimited(sets), InputFormat.Protobuf, pieces: pieces);

        Assert.Empty(read.Faults);
        Assert.Equal(sets, read.Sets);
    }

    [Fact]
    public async Task Read_FieldsInAnotherOrderAndUnknownOnes_PassedOver()
    {
        // A score before its id, unknown fields 15 of every wire type at both levels, the member last.
        byte[] offer = [0x15, 0, 0, 0, 0x3f, 0x78, 0x05, 0x0a, 2, (byte)'O', (byte)'1', 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4, 0x7a, 1, 9];
        byte[] message = [0x12, (byte)offer.Length, .. offer, 0x78, 0x80, 0x01, 0x0a, 1, (byte)'m'];

        var read = await Reading.SetsAsync([(byte)message.Length, .. message], InputFormat.Protobuf);

        Assert.Empty(read.Faults);
        Assert.Equal(Set("m", ("O1", 0.5f)), Assert.Single(read.Sets));
    }

    [Fact]
    public async Task Read_TruncatedInAMessage_ErrorNamesTheByte()
    {
        var first = Delimited(Set("m1", ("O1", 1)));
        var both = Delimited(Set("m1", ("O1", 1)), Set("m2", ("O2", 1)));

        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(both[..^3], InputFormat.Protobuf));

        Assert.Equal(
            $"stdin, byte {first.Length}: the file is truncated: it is {first.Length - 1} bytes long and {first.Length - 4} are there (write or copy the file again)",
            exception.Message);
    }

    [Fact]
    public async Task Read_TruncatedInALength_ErrorNamesTheByte()
    {
        byte[] bytes = [.. Delimited(Set("m1", ("O1", 1))), 0x80];

        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(bytes, InputFormat.Protobuf));

        Assert.Contains("the file is truncated: its length is cut", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_AnotherKindOfFile_ErrorSaysSo()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync([0xff, 0xff, 0xff, 0x7f, 1, 2, 3], InputFormat.Protobuf));

        Assert.Equal(
            "stdin, byte 0: a message of 268435455 bytes is announced, at most 1048576 are allowed (is this a file of length-delimited messages? If so, it is damaged here: write or copy it again)",
            exception.Message);
    }

    [Fact]
    public async Task Read_EmptyFile_ErrorSaysSo()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync([], InputFormat.Protobuf));

        Assert.StartsWith("stdin: holds no offer sets", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_BadSetsAmongGoodOnes_RefusedByByte()
    {
        OfferSet[] sets =
        [
            Set("m1", ("O1", float.NaN)), Set("m1", ("O1", float.PositiveInfinity)), Set("", ("O1", 1)), Set(new string('x', 65), ("O1", 1)), Set("m1", ("O9", 1)),
            Set("m1", ("O1", 1), ("O1", 0.5f)), Set("m1"), Set("good", ("O1", 1)),
        ];

        var read = await Reading.SetsAsync(Delimited(sets), InputFormat.Protobuf);

        Assert.Equal("good", Assert.Single(read.Sets).MemberId);
        Assert.Equal(7, read.RefusedSets);
        string[] faults =
        [
            "byte 0: the score of offer 'O1' is NaN", "is Infinity, not a finite number", "member_id is empty", "member_id is 65 bytes long", "offer 'O9' is not in the catalogue",
            "offer 'O1' is in this member's set already", "the set has neither offers nor affinities",
        ];
        Assert.All(faults.Zip(read.Faults), pair => Assert.Contains(pair.First, pair.Second.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_SixtyFiveOffers_Refused()
    {
        var set = Set("m", [.. Enumerable.Range(0, 65).Select(i => ($"X{i}", 0.5f))]);

        var read = await Reading.SetsAsync(Delimited(set), InputFormat.Protobuf, table: Reading.Table(set.Offers.Select(offer => offer.OfferId)));

        Assert.Contains("the member has more than 64 offers", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NotAMessage_RefusedAndReadOn()
    {
        byte[] bytes = [4, 0x0a, 200, 1, 1, .. Delimited(Set("m2", ("O1", 1)))];

        var read = await Reading.SetsAsync(bytes, InputFormat.Protobuf);

        Assert.Contains("not a decisionserver.v1.OfferSet message", Assert.Single(read.Faults).ToString(), StringComparison.Ordinal);
        Assert.Single(read.Sets);
    }

    private static OfferSet Set(string member, params (string Id, float Score)[] offers)
    {
        var set = new OfferSet { MemberId = member };
        set.Offers.AddRange(offers.Select(offer => new ScoredOffer { OfferId = offer.Id, Score = offer.Score }));
        return set;
    }

    private static byte[] Delimited(params OfferSet[] sets)
    {
        using var stream = new MemoryStream();
        foreach (var set in sets) set.WriteDelimitedTo(stream);
        return stream.ToArray();
    }
}
