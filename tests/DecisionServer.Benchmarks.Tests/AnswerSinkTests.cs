using DecisionServer.V1;

namespace DecisionServer.Benchmarks.Tests;

/// <summary>What is measured as encoding is the answer that callers get.</summary>
public sealed class AnswerSinkTests
{
    [Fact]
    public void Decide_Members_AreAnswersOfTenOffers()
    {
        using var world = new BenchmarkWorld(50);
        var sink = new AnswerSink(world.Engine);
        for (var member = 0; member < 50; member++)
        {
            var answer = NextBestOffersResponse.Parser.ParseFrom(sink.Decide(GeneratedWeek.MemberId(member)));
            Assert.Equal(BenchmarkWorld.GenerationId, answer.GenerationId);
            Assert.Equal(Enumerable.Range(1, 10), answer.Placements.Single().Offers.Select(offer => offer.Rank));
        }
    }
}
