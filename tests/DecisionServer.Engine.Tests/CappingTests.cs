using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class CappingTests
{
    private static readonly OfferSetConfig Set = World.Set("m", ("a", 3), ("b", 2), ("c", 1));

    private static CapRuleConfig Impressions(CapScope scope, int limit, CapWindow window, CapPer per = CapPer.Member, string target = "") =>
        new() { Name = "cap", Event = CapEvent.Impression, Scope = scope, Per = per, Limit = limit, Window = window, Target = target };

    private static World Counting(params CapRuleConfig[] rules) => new World()
        .Publish([World.Offer("a"), World.Offer("b"), World.Offer("c")], [Set])
        .Place(
            new PlacementConfig { Name = "home", DefaultCount = 2, CountImpressions = CountImpressions.OnDecision, NoFallback = true },
            new PlacementConfig { Name = "mail", DefaultCount = 2, NoFallback = true })
        .Caps(rules);

    [Fact]
    public void Decide_CountingPlacement_ReachesTheCapAndTheNextBestMovesUp()
    {
        using var world = Counting(Impressions(CapScope.Offer, 2, CapWindow.Day));
        var request = World.Request("m", ("home", 0));

        Assert.Equal(["a", "b"], world.Shown(request));
        Assert.Equal(["a", "b"], world.Shown(request));
        Assert.Equal(["c"], world.Shown(request));
        Assert.Equal(Reason.CappedMember, world.ReasonOf("a", World.Request("m", ("mail", 0))));
    }

    [Fact]
    public void Decide_CapOfThePlacement_IsExactWithinOneAnswer()
    {
        using var world = Counting(Impressions(CapScope.Placement, 3, CapWindow.Forever, target: "home"));
        var request = World.Request("m", ("home", 0));

        Assert.Equal(["a", "b"], world.Shown(request));
        Assert.Equal(["a"], world.Shown(request));
        Assert.Empty(world.Shown(request));
        Assert.Equal(["a", "b"], world.Shown(World.Request("m", ("mail", 0))));
        Assert.Empty(world.Shown(World.Request("other", ("home", 0))));
    }

    [Fact]
    public void Decide_CapOfTheChannel_CountsThatChannelOnly()
    {
        using var world = Counting(Impressions(CapScope.Channel, 1, CapWindow.Forever, target: "app"));
        var app = World.Request("m", ("home", 0));
        app.Context.Channel = "app";

        Assert.Equal(["a"], world.Shown(app));
        Assert.Empty(world.Shown(app));
        Assert.Equal(["a", "b"], world.Shown(World.Request("m", ("home", 0))));
    }

    [Fact]
    public void Decide_CapInTotal_HoldsForEveryMember()
    {
        using var world = Counting(Impressions(CapScope.Offer, 1, CapWindow.Month, CapPer.Total, "a"));
        Assert.Equal(["a", "b"], world.Shown(World.Request("m", ("home", 0))));
        Assert.Equal(Reason.CappedTotal, world.ReasonOf("a", World.Request("m", ("home", 0))));
    }

    [Fact]
    public void Decide_DryRun_CountsNothingAndAnswersTheSame()
    {
        using var world = Counting(Impressions(CapScope.Placement, 1, CapWindow.Forever));
        var dry = World.Request("m", ("home", 0));
        dry.DryRun = true;

        Assert.Equal(["a"], world.Shown(dry));
        Assert.Equal(["a"], world.Shown(dry));
        Assert.Equal(0, world.Members.Impressions.Waiting);
        Assert.Equal(["a"], world.Shown(World.Request("m", ("home", 0))));
        Assert.Equal(1, world.Members.Impressions.Waiting);
        Assert.Empty(world.Shown(dry));
    }

    [Fact]
    public void Decide_RollingWindow_OpensWhenTheOldestLeavesIt()
    {
        using var world = Counting(Impressions(CapScope.Offer, 1, CapWindow.Rolling(TimeSpan.FromMinutes(10)), target: "a"));
        var request = World.Request("m", ("home", 1));
        Assert.Equal(["a"], world.Shown(request));
        world.Clock.Now += TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1);
        Assert.Equal(["b"], world.Shown(request));
        world.Clock.Now += TimeSpan.FromTicks(1);
        Assert.Equal(["a"], world.Shown(request));
    }

    [Fact]
    public void Decide_CalendarDay_OpensAtMidnight()
    {
        using var world = Counting(Impressions(CapScope.Offer, 1, CapWindow.Day, target: "a"));
        var request = World.Request("m", ("home", 1));
        Assert.Equal(["a"], world.Shown(request));
        world.Clock.Now = new DateTimeOffset(2017, 8, 14, 23, 59, 59, TimeSpan.Zero);
        Assert.Equal(["b"], world.Shown(request));
        world.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(["a"], world.Shown(request));
    }

    [Fact]
    public async Task Decide_ManyAtOnceForOneMember_CountExactlyTheCap()
    {
        using var world = Counting(Impressions(CapScope.Offer, 500, CapWindow.Forever, target: "a"), Impressions(CapScope.Offer, 700, CapWindow.Forever, CapPer.Total, "b") with { Name = "total" });
        var shown = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var counts = (A: 0, B: 0);
            for (var i = 0; i < 400; i++)
            {
                var ids = world.Shown(World.Request("m", ("home", 2)));
                counts.A += ids.Contains("a") ? 1 : 0;
                counts.B += ids.Contains("b") ? 1 : 0;
            }

            return counts;
        })));
        Assert.Equal(500, shown.Sum(counts => counts.A));
        Assert.Equal(700, shown.Sum(counts => counts.B));
    }

    [Theory]
    [InlineData(CapEvent.Click)]
    [InlineData(CapEvent.Redemption)]
    [InlineData(CapEvent.Activation)]
    public void Decide_CapOfAnOfferByAnyEvent_HidesItOnceReached(CapEvent capEvent)
    {
        var offer = World.Offer("a") with { Caps = [new() { Event = capEvent, Per = CapPer.Member, Limit = 2 }] };
        using var world = new World().Publish([offer, World.Offer("b")], [World.Set("m", ("a", 2), ("b", 1))]);
        world.Event("m", "a", capEvent, World.Monday);
        Assert.Equal(Reason.Shown, world.ReasonOf("a", World.Request("m")));
        world.Event("m", "a", capEvent, World.Monday);
        Assert.Equal(Reason.CappedMember, world.ReasonOf("a", World.Request("m")));
        Assert.Equal(Reason.Shown, world.ReasonOf("b", World.Request("m")));
    }
}
