using DecisionServer.Store;

namespace DecisionServer.Engine.Tests;

public sealed class EligibilityTests
{
    public static TheoryData<string, Reason> OneFault => new()
    {
        { "from-later", Reason.NotYetValid },
        { "until-now", Reason.Expired },
        { "off", Reason.Unavailable },
        { "sold-out", Reason.OutOfStock },
        { "live-later", Reason.NotYetValid },
        { "live-over", Reason.Expired },
        { "items-off", Reason.Unavailable },
        { "items-sold-out", Reason.OutOfStock },
        { "web-only", Reason.WrongChannel },
        { "other-chain", Reason.WrongChain },
        { "other-store", Reason.WrongStore },
        { "consent", Reason.ConsentMissing },
        { "segment", Reason.Segment },
        { "excluded", Reason.Excluded },
        { "low", Reason.BelowMinScore },
        { "good", Reason.Shown },
        { "until-next", Reason.Shown },
        { "from-now", Reason.Shown },
        { "one-item-left", Reason.Shown },
        { "everything-fits", Reason.Shown },
        { "everything-wrong", Reason.NotYetValid },
    };

    [Theory]
    [MemberData(nameof(OneFault))]
    public void Decide_OfferWithOneFault_GivesItsReason(string offerId, Reason expected)
    {
        using var world = Prepare();
        Assert.Equal(expected, world.ReasonOf(offerId, Request()));
    }

    [Fact]
    public void Decide_AllFaultsAtOnce_ShowsExactlyTheGoodOnes()
    {
        using var world = Prepare();
        string[] expected = ["everything-fits", "from-now", "good", "one-item-left", "until-next"];
        Assert.Equal(expected, world.Shown(Request()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Decide_UnknownContext_ShowsNoRestrictedOffer()
    {
        using var world = Prepare();
        var request = World.Request("m", ("default", 100));

        Assert.Equal(Reason.WrongChannel, world.ReasonOf("web-only", request));
        Assert.Equal(Reason.WrongChain, world.ReasonOf("other-chain", request));
        Assert.Equal(Reason.WrongStore, world.ReasonOf("other-store", request));
    }

    [Fact]
    public void Decide_ExpiredOfferOnTheLadder_IsNotShownEither()
    {
        using var world = Prepare().Global(("until-now", 9), ("off", 8), ("web-only", 7), ("excluded", 6), ("good", 5));
        var request = Request();
        request.MemberId = "stranger";

        Assert.Equal(["good"], world.Shown(request));
    }

    [Fact]
    public void Decide_AfterAnAcknowledgedUpdate_NeverShowsWhatItForbade()
    {
        using var world = Prepare();
        Assert.Contains("good", world.Shown(Request()));

        world.Update(new AvailabilityUpdate { Subject = AvailabilitySubject.Offer, SubjectId = "good", Stock = 0 });

        var result = world.Decide(Request());
        Assert.DoesNotContain("good", World.Ids(result.Placement(0)));
        Assert.Equal(world.Availability.Epoch, result.AvailabilityEpoch);
    }

    [Fact]
    public void Decide_OffInTheContextsStoreOnly_IsHiddenThereOnly()
    {
        using var world = Prepare();
        world.Update(new AvailabilityUpdate { Subject = AvailabilitySubject.Offer, SubjectId = "good", Scope = AvailabilityScopeKind.Store, ScopeId = "s1", Available = false });
        var elsewhere = Request();
        elsewhere.Context.StoreId = "s2";

        Assert.Equal(Reason.Unavailable, world.ReasonOf("good", Request()));
        Assert.Equal(Reason.Shown, world.ReasonOf("good", elsewhere));
    }

    [Fact]
    public void Decide_TimeGoesOn_ExpiresAndBegins()
    {
        using var world = Prepare();
        world.Clock.Now = World.Monday.AddTicks(1);
        Assert.Equal(Reason.Expired, world.ReasonOf("until-next", Request()));
        Assert.Equal(Reason.Shown, world.ReasonOf("from-later", Request()));
    }

    private static DecisionRequest Request()
    {
        var request = World.Request("m", ("default", 100));
        request.Context.Channel = "app";
        request.Context.ChainId = "c1";
        request.Context.StoreId = "s1";
        request.Context.Segments = "x|y";
        request.ExcludeOfferIds.Add("excluded");
        request.ExcludeOfferIds.Add("no-such-offer");
        request.MinScore = 0.5f;
        return request;
    }

    private static World Prepare()
    {
        var (now, next) = (World.Monday, World.Monday.AddTicks(1));
        OfferConfig[] offers =
        [
            new() { OfferId = "from-later", ValidFrom = next },
            new() { OfferId = "until-now", ValidUntil = now },
            new() { OfferId = "off" },
            new() { OfferId = "sold-out" },
            new() { OfferId = "live-later" },
            new() { OfferId = "live-over" },
            new() { OfferId = "items-off", ItemIds = ["i-off", "i-off-too"] },
            new() { OfferId = "items-sold-out", ItemIds = ["i-sold-out"] },
            new() { OfferId = "web-only", Channels = ["web"] },
            new() { OfferId = "other-chain", ChainIds = ["c2"] },
            new() { OfferId = "other-store", StoreIds = ["s2"] },
            new() { OfferId = "consent", Consent = "mail" },
            new() { OfferId = "segment", Segments = ["z"] },
            new() { OfferId = "excluded" },
            new() { OfferId = "low" },
            new() { OfferId = "good" },
            new() { OfferId = "until-next", ValidUntil = next },
            new() { OfferId = "from-now", ValidFrom = now },
            new() { OfferId = "one-item-left", ItemIds = ["i-off", "i-left"] },
            new() { OfferId = "everything-fits", Channels = ["web", "app"], ChainIds = ["c1", "c2"], StoreIds = ["s1"], Segments = ["z", "y"] },
            new() { OfferId = "everything-wrong", ValidFrom = next, Channels = ["web"], Consent = "mail" },
        ];
        var world = new World().Publish(offers, [World.Set("m", [.. offers.Select(offer => (offer.OfferId, offer.OfferId == "low" ? 0.4999f : 0.5f))])]);

        // An offer without a row there, so that the built-in list for everybody stays out of the way.
        world.Global(("no-such-offer", 1));
        return world.Update(
            new() { Subject = AvailabilitySubject.Offer, SubjectId = "off", Available = false },
            new() { Subject = AvailabilitySubject.Offer, SubjectId = "sold-out", Stock = 0 },
            new() { Subject = AvailabilitySubject.Offer, SubjectId = "live-later", ValidFrom = next },
            new() { Subject = AvailabilitySubject.Offer, SubjectId = "live-over", ValidUntil = now },
            new() { Subject = AvailabilitySubject.Item, SubjectId = "i-off", Available = false },
            new() { Subject = AvailabilitySubject.Item, SubjectId = "i-off-too", Available = false },
            new() { Subject = AvailabilitySubject.Item, SubjectId = "i-sold-out", Stock = 0 },
            new() { Subject = AvailabilitySubject.Item, SubjectId = "i-left", Stock = 1 });
    }
}
