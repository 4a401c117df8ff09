using FsCheck;
using FsCheck.Fluent;

namespace DecisionServer.Engine.Tests;

public sealed class DecisionProperties
{
    private static readonly Arbitrary<Shape> Shapes = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from offers in Gen.Choose(0, 40)
        from members in Gen.Choose(0, 4)
        from setSize in Gen.Choose(0, 20)
        from updates in Gen.Choose(0, 40)
        from ladderSize in Gen.Choose(0, 12)
        select new Shape(seed, offers, members, setSize, updates, ladderSize),
        shape => from smaller in new[]
            {
                shape with { Offers = shape.Offers / 2 }, shape with { Members = shape.Members / 2 }, shape with { SetSize = shape.SetSize / 2 },
                shape with { Updates = shape.Updates / 2 }, shape with { LadderSize = shape.LadderSize / 2 }, shape with { Offers = Math.Max(0, shape.Offers - 1) },
                shape with { Updates = Math.Max(0, shape.Updates - 1) },
            }
                 where smaller != shape
                 select smaller);

    [Fact]
    public void Decide_AnyScenario_EqualsTheReference() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100),
            Prop.ForAll(Shapes, shape =>
            {
                var scenario = new Scenario(shape);
                using var world = scenario.Build(new World());
                var reference = new ReferenceDecision(scenario);
                for (var i = 0; i < 20; i++)
                {
                    var request = scenario.NextRequest();
                    AssertSame(reference.Decide(request), world.Decide(request), request.Explain);
                }
            }));

    [Fact]
    public void RankSearch_AnyScenario_EqualsTheReference() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100),
            Prop.ForAll(Shapes, shape =>
            {
                var scenario = new Scenario(shape);
                using var world = scenario.Build(new World());
                var reference = new ReferenceSearch(scenario);
                for (var i = 0; i < 20; i++)
                {
                    var request = scenario.NextSearch();
                    var result = new SearchResult();
                    Assert.Equal(SearchOutcome.Ranked, world.Engine.RankSearch(request, result));
                    Assert.Equal(
                        reference.Rank(request),
                        result.Items.ToArray().Select(item => new ReferenceSearch.Place(request.Items[item.Index].ItemId, item.Score, item.Offer?.OfferId)));
                }
            }));

    private static void AssertSame(List<List<ReferenceDecision.Candidate>> expected, DecisionResult actual, bool explained)
    {
        Assert.Equal(expected.Count, actual.PlacementCount);
        for (var i = 0; i < expected.Count; i++)
        {
            var slot = actual.Placement(i);
            var shown = expected[i].Where(candidate => candidate.Reason == Reason.Shown).ToList();
            Assert.Equal(
                shown.Select(candidate => (candidate.OfferId, candidate.Source, candidate.Score, candidate.Price, candidate.ValidUntilTicks)),
                slot.Offers.ToArray().Select(offer => (offer.Offer.OfferId, offer.Source, offer.Score, offer.PriceMinor, offer.ValidUntilTicks)));
            Assert.Equal(slot.Wanted - shown.Count, slot.Shortfall);
            Assert.Equal(
                explained ? expected[i].Select(candidate => (candidate.OfferId, candidate.Source, candidate.Score, candidate.Reason)) : [],
                slot.Candidates.ToArray().Select(candidate => (candidate.Offer.OfferId, candidate.Source, candidate.Score, candidate.Reason)));
        }
    }
}
