using System.Text.Json;
using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static DecisionServer.Tests.Members.MemberServer;
using CapEvent = DecisionServer.Store.CapEvent;
using CapPer = DecisionServer.Store.CapPer;
using CapRule = DecisionServer.V1.CapRule;
using CapWindow = DecisionServer.Store.CapWindow;

namespace DecisionServer.Tests.Members;

public sealed class MemberServiceTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    private static OfferConfig Offer(string id) => new() { OfferId = id };

    private static OfferConfig[] Offers(int count) => [.. Enumerable.Range(0, count).Select(i => Offer($"o{i:00}"))];

    private async Task<MemberServer> Serve(params OfferConfig[] offers) => (await Start(_data.Path)).Publish(offers);

    [Fact]
    public async Task Activate_EligibleOffer_IsGoneFromTheNextDecisionAndBackAfterDeactivation()
    {
        await using var server = await Serve(Offers(3));
        var answer = await server.Activate("m", "o00");

        Assert.Equal(Refusal.Unspecified, answer.Refusal);
        Assert.Equal("o00", Assert.Single(answer.Member.Activated).OfferId);
        Assert.Equal(["o01", "o02"], await server.Shown("m"));

        Assert.Equal(Refusal.Unspecified, (await server.Deactivate("m", "o00")).Refusal);
        Assert.Equal(["o00", "o01", "o02"], await server.Shown("m"));
        Assert.Equal(Refusal.NotActivated, (await server.Deactivate("m", "o00")).Refusal);
    }

    [Fact]
    public async Task Activate_EachReason_IsRefusedAsData()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(100);
        await using var server = await Serve(
            Offer("late") with { ValidUntil = now.AddYears(-60) }, Offer("early") with { ValidFrom = now }, Offer("web") with { Channels = ["web"] },
            Offer("chain") with { ChainIds = ["c1"] }, Offer("consent") with { Consent = "mail" }, Offer("segment") with { Segments = ["vip"] }, Offer("good"));

        async Task<(Refusal, string)> Try(string offer)
        {
            var answer = await server.Activate("m", offer);
            return (answer.Refusal, answer.Detail);
        }

        Assert.Equal((Refusal.Expired, "the offer is past its validity"), await Try("late"));
        Assert.Equal((Refusal.NotYetValid, "the offer is not valid yet"), await Try("early"));
        Assert.Equal((Refusal.NotEligible, "the offer is for other channels"), await Try("web"));
        Assert.Equal((Refusal.NotEligible, "the offer is for other chains"), await Try("chain"));
        Assert.Equal((Refusal.NotEligible, "the member has not given the consent that the offer needs"), await Try("consent"));
        Assert.Equal((Refusal.NotEligible, "the member is in none of the offer's segments"), await Try("segment"));
        Assert.Equal((Refusal.UnknownOffer, "generation \"g1\" has no offer \"nothing\""), await Try("nothing"));
        Assert.Equal(Refusal.Unspecified, (await Try("good")).Item1);
        Assert.Equal(Refusal.AlreadyActivated, (await Try("good")).Item1);

        var profile = new MemberProfile { Consents = { "mail" }, Segments = { "vip" }, ChainIds = { "c1" }, Attributes = { ["size"] = "2" } };
        await server.Members.PutProfileAsync(new() { MemberId = "m", Profile = profile, IdempotencyKey = server.Key() });
        foreach (var offer in new[] { "chain", "consent", "segment" }) Assert.Equal(Refusal.Unspecified, (await Try(offer)).Item1);
        Assert.Equal(profile, (await server.Get("m")).Profile);
    }

    [Fact]
    public async Task Redeem_ActivatedOffer_IsUsedOnceAndNoLongerActivated()
    {
        await using var server = await Serve(Offers(2));
        await server.Activate("m", "o00");
        var answer = await server.Redeem("m", "o00");

        Assert.Equal(Refusal.Unspecified, answer.Refusal);
        Assert.Empty(answer.Member.Activated);
        Assert.Equal("o00", Assert.Single(answer.Member.Redeemed).OfferId);
        Assert.Equal(["o01"], await server.Shown("m"));
        Assert.Equal(Refusal.AlreadyRedeemed, (await server.Redeem("m", "o00")).Refusal);
        Assert.Equal(Refusal.AlreadyRedeemed, (await server.Activate("m", "o00")).Refusal);
        Assert.Equal(answer.Member, await server.Get("m"));
    }

    [Fact]
    public async Task Redeem_OptionNeedsActivation_RefusesWhatIsNotActivated()
    {
        await using var server = (await Start(_data.Path, "--Members:RedeemNeedsActivation=true")).Publish(Offers(1));
        Assert.Equal(Refusal.NotActivated, (await server.Redeem("m", "o00")).Refusal);
        await server.Activate("m", "o00");
        Assert.Equal(Refusal.Unspecified, (await server.Redeem("m", "o00")).Refusal);
    }

    [Fact]
    public async Task EveryChange_SameKeyAgain_GivesTheSameAnswerAndChangesNothing()
    {
        await using (var server = await Serve(Offers(3)))
        {
            var first = await server.Activate("m", "o00", "k1");
            await server.Deactivate("m", "o00", "k2");
            Assert.Equal(first, await server.Activate("m", "o00", "k1"));
            Assert.Empty((await server.Get("m")).Activated);
            Assert.Contains("was used with another request", (await Refused(server.Activate("m", "o01", "k1"), StatusCode.InvalidArgument)).Message, StringComparison.Ordinal);
            Assert.Equal(Refusal.UnknownOffer, (await server.Activate("m", "x", "k3")).Refusal);
        }

        // The key outlives a restart.
        await using var again = await Start(_data.Path);
        Assert.Equal(Refusal.Unspecified, (await again.Activate("m", "o00", "k1")).Refusal);
        Assert.Empty((await again.Get("m")).Activated);
        Assert.Equal(Refusal.UnknownOffer, (await again.Activate("m", "x", "k3")).Refusal);
    }

    [Fact]
    public async Task Restart_EverythingAcknowledged_IsThereAgain()
    {
        var capped = Offer("o02") with { Caps = [new() { Event = CapEvent.Click, Per = CapPer.Member, Limit = 1 }] };
        await using (var server = await Serve(Offer("o00"), Offer("o01"), capped, Offer("o03")))
        {
            await server.Activate("m", "o00");
            await server.Redeem("m", "o01");
            await server.Members.RecordEventsAsync(new() { Events = { new MemberEvent { MemberId = "m", OfferId = "o02", Kind = EventKind.Click } }, IdempotencyKey = "e" });
            await server.Catalog.PutCapRulesAsync(new()
            {
                Rules = { new CapRule { Name = "r", Event = V1.CapEvent.Redemption, Scope = V1.CapScope.Everywhere, Per = V1.CapPer.Member, Limit = 9, Window = V1.CapWindow.Day } },
            });
            Assert.Equal(["o03"], await server.Shown("m"));
        }

        await using var again = await Start(_data.Path);
        Assert.Equal(["o03"], await again.Shown("m"));
        Assert.Equal("r", Assert.Single((await again.Catalog.ListCapRulesAsync(new())).Rules).Name);
        Assert.Equal(("o00", "o01"), ((await again.Get("m")).Activated.Single().OfferId, (await again.Get("m")).Redeemed.Single().OfferId));
    }

    [Fact]
    public async Task RecordEvents_CappedEvents_HideTheOfferAtOnce()
    {
        var capped = Offer("a") with { Caps = [new() { Event = CapEvent.Impression, Per = CapPer.Member, Limit = 2, Window = CapWindow.Rolling(TimeSpan.FromHours(1)) }] };
        await using var server = await Serve(capped, Offer("b"));
        async Task See(string member, int times, Timestamp? at = null) => await server.Members.RecordEventsAsync(new()
        {
            Events = { Enumerable.Range(0, times).Select(_ => new MemberEvent { MemberId = member, OfferId = "a", Kind = EventKind.Impression, OccurredAt = at }) },
            IdempotencyKey = server.Key(),
        });

        await See("m", 1);
        await See("m", 5, Timestamp.FromDateTime(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Equal(["a", "b"], await server.Shown("m"));
        await See("m", 1);
        Assert.Equal(["b"], await server.Shown("m"));
        await Refused(See("m", 1, Timestamp.FromDateTime(new DateTime(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc))), StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Redeem_CapOfTheMember_RefusesWithTheCounter()
    {
        await using var server = await Serve(Offers(3));
        await server.Catalog.PutCapRulesAsync(new()
        {
            Rules = { new CapRule { Name = "r", Event = V1.CapEvent.Redemption, Scope = V1.CapScope.Everywhere, Per = V1.CapPer.Member, Limit = 1, Window = V1.CapWindow.Month } },
        });
        await server.Redeem("m", "o00");
        var refused = await server.Redeem("m", "o01");
        Assert.Equal((Refusal.Capped, "the cap of 1 on redemption/month/everywhere is reached by this member"), (refused.Refusal, refused.Detail));
        Assert.Empty(await server.Shown("m"));
        Assert.Equal(Refusal.Unspecified, (await server.Redeem("other", "o01")).Refusal);

        await server.Catalog.PutCapRulesAsync(new() { Remove = { "r" } });
        Assert.Equal(["o01", "o02"], await server.Shown("m"));
    }

    [Fact]
    public async Task Decide_CountedOnDecision_IsInTheJournalWithinASecondAndAfterRestart()
    {
        await using (var server = await Serve(Offers(2)))
        {
            await server.Catalog.PutPlacementsAsync(new() { Placements = { new V1.Placement { Name = "home", CountImpressions = V1.CountImpressions.OnDecision, NoFallback = true } } });
            await server.Catalog.PutCapRulesAsync(new()
            {
                Rules = { new CapRule { Name = "r", Event = V1.CapEvent.Impression, Scope = V1.CapScope.Offer, Per = V1.CapPer.Member, Limit = 2 } },
            });
            await server.Shown("m", "home");
            await Eventually.True(() => server.Serving.Members!.Impressions.Waiting == 0, "the impressions are flushed");
            await server.Shown("m", "home");
            Assert.Empty(await server.Shown("m", "home"));
            using var export = JsonDocument.Parse((await server.Members.ExportMemberAsync(new() { MemberId = "m" })).Json);
            Assert.Equal(
                [("impression/forever/offer/o00", 2), ("impression/forever/offer/o01", 2)],
                export.RootElement.GetProperty("counters").EnumerateArray().Select(c => (c.GetProperty("counter").GetString()!, c.GetProperty("count").GetInt32())).Order());
        }

        await using var again = await Start(_data.Path);
        Assert.Empty(await again.Shown("m", "default"));
    }

    [Fact]
    public async Task Export_EverythingHeld_IsInTheDocument()
    {
        await using var server = await Serve(Offers(3));
        await server.Activate("m", "o00", channel: "app", chain: "c9");
        await server.Redeem("m", "o01", store: "s7");
        await server.Members.PutProfileAsync(new() { MemberId = "m", Profile = new() { Consents = { "mail" }, Attributes = { ["a"] = "b" } }, IdempotencyKey = "p" });
        await server.Members.RecordEventsAsync(new() { Events = { new MemberEvent { MemberId = "m", OfferId = "o02", Kind = EventKind.Custom, CustomKind = "scan" } }, IdempotencyKey = "e" });

        using var document = JsonDocument.Parse((await server.Members.ExportMemberAsync(new() { MemberId = "m" })).Json);
        var root = document.RootElement;
        Assert.Equal("m", root.GetProperty("member_id").GetString());
        Assert.Equal("o00", root.GetProperty("activated")[0].GetProperty("offer_id").GetString());
        Assert.Equal("o01", root.GetProperty("redeemed")[0].GetProperty("offer_id").GetString());
        Assert.Equal("mail", root.GetProperty("profile").GetProperty("consents")[0].GetString());
        Assert.Equal(["activation", "redemption", "profile", "custom"], root.GetProperty("actions").EnumerateArray().Select(action => action.GetProperty("kind").GetString()));
        Assert.Equal(("app", "c9"), (root.GetProperty("actions")[0].GetProperty("channel").GetString(), root.GetProperty("actions")[0].GetProperty("chain_id").GetString()));
        Assert.Equal(3, root.GetProperty("offer_set").GetArrayLength());
    }

    [Fact]
    public async Task Erase_KnownMember_IsGoneAtOnceAndAfterRestart()
    {
        await using (var server = await Serve(Offers(3)))
        {
            await server.Activate("m", "o00");
            var erased = await server.Members.EraseMemberAsync(new() { MemberId = "m", IdempotencyKey = "k" });
            Assert.True(erased.Found);
            Assert.Equal(erased, await server.Members.EraseMemberAsync(new() { MemberId = "m", IdempotencyKey = "k" }));
            await Gone(server);
            Assert.False((await server.Members.EraseMemberAsync(new() { MemberId = "m", IdempotencyKey = "k2" })).Found);
        }

        await using var again = await Start(_data.Path);
        await Gone(again);

        static async Task Gone(MemberServer server)
        {
            Assert.Equal(0ul, (await server.Get("m")).Version);
            Assert.DoesNotContain(
                (await server.Decisions.NextBestOffersAsync(new() { MemberId = "m" })).Placements[0].Offers, offer => offer.Source == V1.OfferSource.Member);
            using var export = JsonDocument.Parse((await server.Members.ExportMemberAsync(new() { MemberId = "m" })).Json);
            Assert.Equal(0, export.RootElement.GetProperty("actions").GetArrayLength());
            Assert.Equal(0, export.RootElement.GetProperty("offer_set").GetArrayLength());
        }
    }

    [Fact]
    public async Task EveryCall_FieldAtFault_IsNamed()
    {
        await using var server = await Serve(Offers(1));
        async Task Names(Task call, string fault) => Assert.Contains(fault, (await Refused(call, StatusCode.InvalidArgument)).Message, StringComparison.Ordinal);
        await Names(server.Activate("", "o"), "member_id: is empty");
        await Names(server.Activate("m", ""), "offer_id: is empty");
        await Names(server.Members.RedeemOfferAsync(new() { MemberId = "m", OfferId = "o" }).ResponseAsync, "idempotency_key: is empty");
        await Names(server.Activate("m", "o", channel: new string('x', 65)), "channel: is 65 bytes long");
        await Names(server.Members.RecordEventsAsync(new() { IdempotencyKey = "k" }).ResponseAsync, "events: holds 0 elements, 1 to 1000 are allowed");
        await Names(
            server.Members.RecordEventsAsync(new() { Events = { new MemberEvent { MemberId = "m" } }, IdempotencyKey = "k" }).ResponseAsync,
            "events[0].offer_id: is empty; events[0].kind: 0 is not a known kind");
        await Names(
            server.Members.PutProfileAsync(new() { MemberId = "m", IdempotencyKey = "k", Profile = new() { Segments = { "a", "" } } }).ResponseAsync, "profile.segments[1]: is empty");
        await Names(server.Catalog.PutCapRulesAsync(new() { Rules = { new CapRule { Name = "n", Event = V1.CapEvent.Click, Per = V1.CapPer.Member } } }).ResponseAsync, "rules[0].limit: is 0");
        await Names(server.Members.GetMemberAsync(new()).ResponseAsync, "member_id: is empty");
        await Names(server.Members.ExportMemberAsync(new()).ResponseAsync, "member_id: is empty");
        await Names(server.Members.EraseMemberAsync(new() { MemberId = "m" }).ResponseAsync, "idempotency_key: is empty");
    }
}
