using DecisionServer.Services;
using Google.Protobuf.WellKnownTypes;

namespace DecisionServer.Tests.Services;

public class OfferMappingTests
{
    [Fact]
    public void ToConfig_EveryFieldSet_ComesBackTheSame()
    {
        var offer = new V1.Offer
        {
            OfferId = "o",
            CampaignId = "c",
            CampaignType = "TypeA",
            Category = "dairy",
            Department = "grocery",
            Brand = "b",
            ValidFrom = Timestamp.FromDateTime(new DateTime(2017, 8, 1, 0, 0, 0, DateTimeKind.Utc)),
            ValidUntil = Timestamp.FromDateTime(new DateTime(2017, 8, 28, 0, 0, 0, DateTimeKind.Utc)),
            ItemIds = { "i1", "i2" },
            Title = "Milk",
            Channels = { "app" },
            ChainIds = { "ch" },
            StoreIds = { "s1", "s2" },
            PriceMinor = 0,
            Value = 2.5f,
            Boost = 0,
            Segments = { "new" },
            Consent = "email",
            Content = { ["image"] = "milk.png" },
            Caps =
            {
                new V1.CapRule { Event = V1.CapEvent.Redemption, Scope = V1.CapScope.Offer, Per = V1.CapPer.Member, Limit = 1, Window = V1.CapWindow.Forever },
            },
        };
        var errors = new List<string>();

        var back = OfferMapping.ToProto(OfferMapping.ToConfig(offer, errors));

        Assert.Empty(errors);
        Assert.Equal(offer, back);

        // A field added to the contract must be mapped, and be set above.
        foreach (var field in V1.Offer.Descriptor.Fields.InDeclarationOrder())
        {
            Assert.True(field.HasPresence ? field.Accessor.HasValue(offer) : !field.Accessor.GetValue(new V1.Offer()).Equals(field.Accessor.GetValue(offer)), field.Name);
        }
    }

    [Fact]
    public void ToConfig_NothingButAnId_StaysAbsent()
    {
        var offer = new V1.Offer { OfferId = "o" };
        var errors = new List<string>();

        var config = OfferMapping.ToConfig(offer, errors);

        Assert.Empty(errors);
        Assert.Null(config.PriceMinor);
        Assert.Null(config.Value);
        Assert.Null(config.Boost);
        Assert.Null(config.ValidFrom);
        Assert.Equal(offer, OfferMapping.ToProto(config));
    }

    [Fact]
    public void ToConfig_SeveralFaults_AllNamed()
    {
        var errors = new List<string>();

        OfferMapping.ToConfig(
            new V1.Offer
            {
                ValidFrom = new Timestamp { Seconds = long.MaxValue },
                ValidUntil = new Timestamp { Nanos = -1 },
                ItemIds = { "ok", "" },
                Value = float.NaN,
                PriceMinor = -1,
            },
            errors);

        Assert.Equal(
            ["item_ids[1]", "offer_id", "price_minor", "valid_from", "valid_until", "value"],
            errors.Select(error => error[..error.IndexOf(':', StringComparison.Ordinal)]).Order());
    }
}
