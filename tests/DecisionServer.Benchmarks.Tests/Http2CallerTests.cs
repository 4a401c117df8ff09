using DecisionServer.V1;
using Google.Protobuf;

namespace DecisionServer.Benchmarks.Tests;

/// <summary>The client that whole calls are measured with tells answers from refusals, and goes on after either.</summary>
[Collection(Alone.Name)]
public sealed class Http2CallerTests
{
    [Fact]
    public async Task Call_ManyAndRefusedOnes_GetTheirOwnAnswers()
    {
        await using var server = await InProcessServer.Start(100);
        using var caller = server.Connect();
        var head = Http2Caller.Head(InProcessServer.NextBestOffers);
        var answer = new byte[1 << 16];
        for (var i = 0; i < 2_000; i++)
        {
            var length = caller.Call(head, new NextBestOffersRequest { MemberId = GeneratedWeek.MemberId(i % 100) }.ToByteArray(), answer);
            Assert.Equal(10, NextBestOffersResponse.Parser.ParseFrom(answer, 0, length).Placements.Single().Offers.Count);
            Assert.Equal(-1, caller.Call(head, new NextBestOffersRequest().ToByteArray(), answer));
        }
    }

    [Fact]
    public async Task Call_CannedMethod_GivesEverybodyTheFirstAnswer()
    {
        await using var server = await InProcessServer.Start(100);
        using var caller = server.Connect();
        var head = Http2Caller.Head(InProcessServer.Canned);
        byte[] first = new byte[1 << 16], other = new byte[1 << 16];

        var length = caller.Call(head, new NextBestOffersRequest { MemberId = GeneratedWeek.MemberId(1) }.ToByteArray(), first);
        var again = caller.Call(head, new NextBestOffersRequest { MemberId = GeneratedWeek.MemberId(2) }.ToByteArray(), other);

        Assert.True(length > 1_000, $"{length} bytes");
        Assert.Equal(first[..length], other[..again]);
    }
}
