namespace DecisionServer.Store.Tests.Catalogue;

public sealed class OfferConfigValidatorTests
{
    private static readonly OfferConfig Good = new() { OfferId = "o" };

    [Fact]
    public void Validate_OfferAtEveryLimit_FindsNothing()
    {
        var long64 = new string('x', 64);
        var offer = new OfferConfig
        {
            OfferId = long64,
            CampaignId = long64,
            CampaignType = long64,
            Category = long64,
            Department = long64,
            Brand = long64,
            Title = new string('é', 128),
            Consent = long64,
            ItemIds = [.. Enumerable.Repeat(long64, 20_000)],
            Channels = [.. Enumerable.Repeat("app", 64)],
            PriceMinor = 0,
            Value = 1_000_000,
            Boost = 1_000,
            Content = Enumerable.Range(0, 32).ToDictionary(i => $"k{i}", _ => new string('v', 1_024)),
        };

        Assert.Empty(Errors(offer));
    }

    public static TheoryData<OfferConfig, string> Faults => new()
    {
        { Good with { OfferId = "" }, "offer_id: is empty" },
        { Good with { OfferId = new string('x', 65) }, "offer_id: is 65 bytes long, at most 64 are allowed" },
        { Good with { Category = new string('é', 33) }, "category: is 66 bytes long, at most 64 are allowed" },
        { Good with { Brand = "a\uD800b" }, "brand: is not valid UTF-8" },
        { Good with { Department = "\uFFFD" }, "department: is not valid UTF-8" },
        { Good with { CampaignId = new string('x', 65) }, "campaign_id: is 65 bytes long, at most 64 are allowed" },
        { Good with { CampaignType = new string('x', 65) }, "campaign_type: is 65 bytes long, at most 64 are allowed" },
        { Good with { Title = new string('x', 257) }, "title: is 257 bytes long, at most 256 are allowed" },
        { Good with { Consent = new string('x', 65) }, "consent: is 65 bytes long, at most 64 are allowed" },
        { Good with { ItemIds = ["a", ""] }, "item_ids[1]: is empty" },
        { Good with { ItemIds = [.. Enumerable.Repeat("i", 20_001)] }, "item_ids: has 20001 entries, at most 20000 are allowed" },
        { Good with { Channels = [.. Enumerable.Repeat("i", 65)] }, "channels: has 65 entries, at most 64 are allowed" },
        { Good with { Channels = [""] }, "channels[0]: is empty" },
        { Good with { ChainIds = [new string('x', 65)] }, "chain_ids[0]: is 65 bytes long, at most 64 are allowed" },
        { Good with { StoreIds = [""] }, "store_ids[0]: is empty" },
        { Good with { Segments = [""] }, "segments[0]: is empty" },
        { Good with { PriceMinor = -1 }, "price_minor: is -1, must be 0 or more" },
        { Good with { Value = float.NaN }, "value: is NaN, must be between 0 and 1000000" },
        { Good with { Value = 1_000_001 }, "value: is 1000001, must be between 0 and 1000000" },
        { Good with { Boost = float.PositiveInfinity }, "boost: is Infinity, must be between 0 and 1000" },
        { Good with { Boost = -0.5f }, "boost: is -0.5, must be between 0 and 1000" },
        { Good with { Content = Enumerable.Range(0, 33).ToDictionary(i => $"{i}", _ => "") }, "content: has 33 entries, at most 32 are allowed" },
        { Good with { Content = new Dictionary<string, string> { [""] = "x" } }, "content: a key is empty" },
        { Good with { Content = new Dictionary<string, string> { ["k"] = new string('x', 1_025) } }, "content[k]: is 1025 bytes long, at most 1024 are allowed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Validate_OneFault_NamesTheFieldAndTheFault(OfferConfig offer, string expected) => Assert.Equal(expected, Assert.Single(Errors(offer)));

    [Fact]
    public void Validate_ManyFaults_FindsThemAll() =>
        Assert.Equal(3, Errors(Good with { OfferId = "", PriceMinor = -5, ItemIds = [""] }).Count);

    private static List<string> Errors(OfferConfig offer)
    {
        var errors = new List<string>();
        OfferConfigValidator.Validate(offer, errors);
        return errors;
    }
}
