using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class ExplainTests
{
    [Fact]
    public void Explain_Answer_NamesEveryCandidateOfEveryRungInRankedOrder()
    {
        using var world = new World()
            .Publish([.. "abcdef".Select(id => World.Offer($"{id}"))], [World.Set("m", ("a", 0.9f), ("b", 0.8f), ("c", 0.7f))])
            .Segment("s", ("d", 2f), ("a", 1f))
            .Global(("e", 3f), ("d", 2f));
        world.Update(new AvailabilityUpdate { Subject = AvailabilitySubject.Offer, SubjectId = "b", Available = false });
        var request = World.Request("m", ("default", 3));
        request.Context.Segments = "s";
        request.Explain = true;

        var candidates = world.Decide(request).Placement(0).Candidates.ToArray();

        Assert.Equal(
            [
                ("a", Reason.Shown, OfferSource.Member), ("b", Reason.Unavailable, OfferSource.Member), ("c", Reason.Shown, OfferSource.Member),
                ("d", Reason.Shown, OfferSource.Segment), ("a", Reason.Duplicate, OfferSource.Segment),
                ("e", Reason.RankedOut, OfferSource.Global), ("d", Reason.Duplicate, OfferSource.Global),
            ],
            candidates.Select(candidate => (candidate.Offer.OfferId, candidate.Reason, candidate.Source)));
        Assert.All(candidates, candidate => Assert.Equal(candidate.Score, candidate.Parts.Propensity));
    }

    [Fact]
    public void Explain_SecondPlacement_NamesWhatTheFirstHasShown()
    {
        using var world = new World()
            .Publish([World.Offer("a"), World.Offer("b")], [World.Set("m", ("a", 0.9f), ("b", 0.8f))])
            .Global(("no-such-offer", 1));
        var request = World.Request("m", ("default", 1), ("app.home", 1));
        request.Explain = true;

        var second = world.Decide(request).Placement(1);

        Assert.Equal([Reason.Duplicate, Reason.Shown], second.Candidates.ToArray().Select(candidate => candidate.Reason));
    }

    [Fact]
    public void Explain_NotAsked_LeavesTheCandidatesOut()
    {
        using var world = new World().Publish([World.Offer("a")], [World.Set("m", ("a", 0.9f))]);
        Assert.True(world.Decide(World.Request("m")).Placement(0).Candidates.IsEmpty);
    }
}
