using DecisionServer.Engine.Tests;
using DecisionServer.Services.Decisions;
using DecisionServer.Store;

namespace DecisionServer.Tests.Services.Decisions;

public sealed class DecisionWarmUpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WithAndWithoutGeneration_LeavesNoTrace(bool published)
    {
        using var world = new World();
        world.Place(new PlacementConfig { Name = "default", CountImpressions = CountImpressions.OnDecision });
        world.Caps(new CapRuleConfig { Name = "cap", Event = CapEvent.Impression, Per = CapPer.Total, Limit = 1 });
        if (published) world.Publish([World.Offer("o")], [World.Set("m", ("o", 1))]);

        new DecisionWarmUp(world.Engine).Run();

        Assert.Equal(0, world.Members.Impressions.Waiting);
        if (published) Assert.Equal(1, world.Decide(World.Request("m")).Placement(0).Offers.Length);
    }
}
