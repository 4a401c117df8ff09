using System.Text;

namespace DecisionServer.Store.Tests.Catalogue;

public sealed class CatalogueSnapshotTests
{
    private static readonly DateTimeOffset Monday = new(2017, 8, 14, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Build_FullOffer_CompilesEveryField()
    {
        var config = new OfferConfig
        {
            OfferId = "o1",
            Category = "dairy",
            Brand = "acme",
            Consent = "mail",
            ValidFrom = Monday,
            ValidUntil = Monday.AddDays(7).ToOffset(TimeSpan.FromHours(5)),
            ItemIds = ["b", "a", "b"],
            Channels = ["app", "web"],
            ChainIds = ["c2", "c1"],
            StoreIds = ["s1"],
            Segments = ["new"],
            Value = 3f,
            Boost = 2f,
        };

        var catalogue = CatalogueSnapshot.Build([new OfferConfig { OfferId = "o0" }, config]);
        var offer = catalogue[1];

        Assert.Equal("dairy", catalogue.Categories[offer.CategoryId]);
        Assert.Equal("acme", catalogue.Brands[offer.BrandId]);
        Assert.Equal("mail", catalogue.Consents[offer.ConsentId]);
        Assert.Equal(Monday.UtcTicks, offer.ValidFromTicks);
        Assert.Equal(Monday.AddDays(7).UtcTicks, offer.ValidUntilTicks);
        Assert.Equal(2, offer.ItemKeys.Length);
        Assert.True(offer.Covers(ItemKey.From("a")) && offer.Covers(ItemKey.From("b")) && !offer.Covers(ItemKey.From("c")));
        Assert.True(catalogue.Channels.TryGet("web", out var web) && offer.AllowsChannel(web));
        Assert.False(offer.AllowsChannel(-1));
        Assert.Equal(["c1", "c2"], offer.ChainIds.ToArray().Select(id => catalogue.Chains[id]).Order());
        Assert.Equal(["s1"], offer.StoreIds.ToArray().Select(id => catalogue.Stores[id]));
        Assert.Equal(["new"], offer.SegmentIds.ToArray().Select(id => catalogue.Segments[id]));
        Assert.Equal((3f, 2f, true), (offer.Value, offer.Boost, offer.IsRestricted));
    }

    [Fact]
    public void Build_BareOffer_HasNoRestrictionAndNeutralFactors()
    {
        var offer = CatalogueSnapshot.Build([new OfferConfig { OfferId = "o" }])[0];

        Assert.Equal((-1, -1, -1), (offer.CategoryId, offer.BrandId, offer.ConsentId));
        Assert.Equal((long.MinValue, long.MaxValue), (offer.ValidFromTicks, offer.ValidUntilTicks));
        Assert.Equal((1f, 1f, false), (offer.Value, offer.Boost, offer.IsRestricted));
        Assert.True(offer.AllowsChannel(-1));
    }

    [Fact]
    public void Build_SameIdTwice_RefusesAndNamesBoth()
    {
        var error = Assert.Throws<CatalogueException>(() =>
            CatalogueSnapshot.Build([new() { OfferId = "x" }, new() { OfferId = "y" }, new() { OfferId = "x" }]));

        Assert.Equal("offers[2].offer_id: \"x\" is the id of offers[0] already", Assert.Single(error.Errors));
    }

    [Fact]
    public void Build_SixtyFiveChannels_Refuses()
    {
        var offers = Enumerable.Range(0, 65).Select(i => new OfferConfig { OfferId = $"o{i}", Channels = [$"channel-{i}"] }).ToArray();

        var error = Assert.Throws<CatalogueException>(() => CatalogueSnapshot.Build(offers));

        Assert.Equal("channels: the catalogue would name 65, at most 64 are allowed", Assert.Single(error.Errors));
        Assert.True(CatalogueSnapshot.Build(offers[..64])[63].AllowsChannel(63));
    }

    [Fact]
    public void With_AddedAndReplaced_KeepsIndexesAndLeavesTheOldSnapshotAlone()
    {
        var before = CatalogueSnapshot.Build(
        [
            new() { OfferId = "b", Category = "c1", ItemIds = ["i1"] },
            new() { OfferId = "a", Category = "c2", ItemIds = ["i1", "i2"] },
        ]);

        var after = before.With([new() { OfferId = "0", Category = "c3", ItemIds = ["i2"] }, new() { OfferId = "b", Category = "c2", ItemIds = ["i3"] }],
            out var added, out var replaced);

        Assert.Equal((1, 1, 3), (added, replaced, after.Count));
        Assert.Equal(["b", "a", "0"], after.Offers.ToArray().Select(offer => offer.OfferId));
        Assert.Equal([2, 1, 0], after.IdRanks.ToArray());
        Assert.Same(before[1], after[1]);
        Assert.Equal(before[1].CategoryId, after[0].CategoryId);
        Assert.Equal([1], after.OffersOfItem(ItemKey.From("i1")).ToArray());
        Assert.Equal([1, 2], after.OffersOfItem(ItemKey.From("i2")).ToArray());
        Assert.Equal([0], after.OffersOfItem(ItemKey.From("i3")).ToArray());
        Assert.Equal((2, 2), (before.Count, before.Categories.Count));
        Assert.Equal([0, 1], before.OffersOfItem(ItemKey.From("i1")).ToArray());
        Assert.False(before.TryGetIndex("0", out _));
        Assert.True(after.TryGetIndex("0", out var index) && index == 2);
    }

    [Fact]
    public void With_SameIdTwice_RefusesAndChangesNothing()
    {
        var before = CatalogueSnapshot.Build([new() { OfferId = "a" }]);

        Assert.Throws<CatalogueException>(() => before.With([new() { OfferId = "b" }, new() { OfferId = "b" }], out _, out _));

        Assert.Equal(1, before.Count);
    }

    [Fact]
    public void OffersOfItem_ManyItems_EqualsASearchThroughAllOffers()
    {
        var random = new Random(7);
        var offers = Enumerable.Range(0, 300).Select(i => new OfferConfig
        {
            OfferId = $"o{i}",
            ItemIds = [.. Enumerable.Range(0, random.Next(40)).Select(_ => $"item-{random.Next(900)}")],
        }).ToArray();

        var catalogue = CatalogueSnapshot.Build(offers);

        for (var item = 0; item < 950; item++)
        {
            var expected = Enumerable.Range(0, offers.Length).Where(i => offers[i].ItemIds.Contains($"item-{item}"));
            Assert.Equal(expected, catalogue.OffersOfItem(ItemKey.From($"item-{item}")).ToArray());
        }

        Assert.Equal(offers.SelectMany(offer => offer.ItemIds).Distinct().Count(), catalogue.ItemCount);
    }

    [Fact]
    public void Build_SharedItems_KeepsOneStringForEachId()
    {
        var catalogue = CatalogueSnapshot.Build(
            [new() { OfferId = "a", ItemIds = [new string("item")] }, new() { OfferId = "b", ItemIds = ["ite" + string.Concat("m")] }]);

        Assert.Same(catalogue[0].Config.ItemIds[0], catalogue[1].Config.ItemIds[0]);
    }

    [Fact]
    public void IdRanks_IdsBeyondTheBasicPlane_AreInTheOrderOfTheirBytes()
    {
        string[] ids = ["\U0001F600", "\uFFFA", "a", "ab", "B", "é", "\uD7FF", "\uE000x", "\U00010000"];

        var catalogue = CatalogueSnapshot.Build([.. ids.Select(id => new OfferConfig { OfferId = id })]);

        var byBytes = ids.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));
        Assert.Equal(byBytes, Enumerable.Range(0, ids.Length).OrderBy(i => catalogue.IdRanks[i]).Select(i => ids[i]));
    }

    [Fact]
    public void Build_WideOffers_IndexesEveryPair()
    {
        var wide = Enumerable.Range(0, 220).Select(i => new OfferConfig
        {
            OfferId = $"o{i}",
            ItemIds = [.. Enumerable.Range(i * 100, 2_000).Select(item => $"item-{item}")],
        }).ToArray();

        var catalogue = CatalogueSnapshot.Build(wide);

        Assert.Equal(219 * 100 + 2_000, catalogue.ItemCount);
        Assert.Equal(Enumerable.Range(81, 20), catalogue.OffersOfItem(ItemKey.From("item-10000")).ToArray());
    }
}
