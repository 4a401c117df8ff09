using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class PriceTests
{
    private static readonly DateTimeOffset Friday = World.Monday.AddDays(4);

    [Fact]
    public void Decide_Prices_TakesTheNearestLiveOneElseTheCatalogues()
    {
        using var world = Prepare();
        Assert.Equal(199, PriceIn(world, "", ""));
        world.Update(Price(AvailabilityScopeKind.Everywhere, "", 180));
        Assert.Equal(180, PriceIn(world, "", ""));
        world.Update(Price(AvailabilityScopeKind.Chain, "c", 170), Price(AvailabilityScopeKind.Store, "s", 160));
        Assert.Equal(180, PriceIn(world, "", ""));
        Assert.Equal(170, PriceIn(world, "c", ""));
        Assert.Equal(160, PriceIn(world, "c", "s"));
    }

    [Fact]
    public void Decide_NoPriceAnywhere_HasNone()
    {
        using var world = Prepare();
        Assert.Null(world.Decide(World.Request("bare")).Placement(0).Offers[0].PriceMinor);
    }

    [Fact]
    public void Decide_ValidUntil_IsTheEarlierOfCatalogueAndLive()
    {
        using var world = Prepare();
        Assert.Equal(Friday.UtcTicks, UntilOf(world, "m"));
        Assert.Equal(long.MaxValue, UntilOf(world, "bare"));

        world.Update(Until("priced", Friday.AddDays(1)), Until("bare", Friday));
        Assert.Equal((Friday.UtcTicks, Friday.UtcTicks), (UntilOf(world, "m"), UntilOf(world, "bare")));

        world.Update(Until("priced", Friday.AddDays(-1)));
        Assert.Equal(Friday.AddDays(-1).UtcTicks, UntilOf(world, "m"));
    }

    private static World Prepare() => new World()
        .Publish(
            [new() { OfferId = "priced", PriceMinor = 199, ValidUntil = Friday }, World.Offer("bare")],
            [World.Set("m", ("priced", 1)), World.Set("bare", ("bare", 1))])
        .Global(("no-such-offer", 1));

    private static AvailabilityUpdate Price(AvailabilityScopeKind scope, string id, long price) =>
        new() { Subject = AvailabilitySubject.Offer, SubjectId = "priced", Scope = scope, ScopeId = id, PriceMinor = price };

    private static AvailabilityUpdate Until(string offerId, DateTimeOffset until) =>
        new() { Subject = AvailabilitySubject.Offer, SubjectId = offerId, ValidUntil = until };

    private static long? PriceIn(World world, string chainId, string storeId)
    {
        var request = World.Request("m");
        (request.Context.ChainId, request.Context.StoreId) = (chainId, storeId);
        return world.Decide(request).Placement(0).Offers[0].PriceMinor;
    }

    private static long UntilOf(World world, string memberId) => world.Decide(World.Request(memberId)).Placement(0).Offers[0].ValidUntilTicks;
}
