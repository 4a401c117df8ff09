namespace DecisionServer.Loader.Tests;

public sealed class GeneratorTests
{
    private static readonly GeneratorOptions Options = new(Members: 500, Offers: 200, SetSize: 35, Affinities: 8, Seed: 42, new DateOnly(2017, 8, 14));

    [Theory]
    [InlineData("csv", false)]
    [InlineData("ndjson", false)]
    [InlineData("pb", false)]
    [InlineData("csv", true)]
    [InlineData("ndjson", true)]
    [InlineData("pb", true)]
    public void WriteFolder_SameSeed_SameBytes(string format, bool gzip)
    {
        using var one = new TempFolder();
        using var two = new TempFolder();

        var first = Generate(one, format, gzip, Options);
        var second = Generate(two, format, gzip, Options);

        Assert.NotEmpty(first);
        Assert.All(first.Zip(second), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));
    }

    [Fact]
    public void WriteFolder_AnotherSeed_OtherSets()
    {
        using var one = new TempFolder();
        using var two = new TempFolder();

        Generate(one, "pb", false, Options);
        Generate(two, "pb", false, Options with { Seed = 43 });

        Assert.NotEqual(File.ReadAllBytes(one.File("offer_sets.pb")), File.ReadAllBytes(two.File("offer_sets.pb")));
    }

    [Fact]
    public async Task WriteFolder_AllFormats_SameContentReadBack()
    {
        using var folder = new TempFolder();
        foreach (var format in (string[])["csv", "ndjson", "pb"]) Generate(folder, format, format == "ndjson", Options);
        var table = new OfferIdTable();
        var offers = await Reading.OffersAsync(InputSpec.Create(folder.File("offers.pb"), null), Stream.Null, table);

        var csvOffers = await Reading.OffersAsync(InputSpec.Create(folder.File("offers.csv"), null), Stream.Null);
        var jsonOffers = await Reading.OffersAsync(InputSpec.Create(folder.File("offers.ndjson.gz"), null), Stream.Null);
        var delimited = await Reading.SetsAsync(folder.File("offer_sets.pb"), table);
        var json = await Reading.SetsAsync(folder.File("offer_sets.ndjson.gz"), table);
        var csv = await Reading.SetsAsync(folder.File("offer_sets.csv"), table);
        var affinities = await Reading.SetsAsync(folder.File("affinities.csv"), table, affinities: true);

        Assert.Equal(200, offers.Offers.Count);
        Assert.Equal(offers.Offers, csvOffers.Offers);
        Assert.Equal(offers.Offers, jsonOffers.Offers);
        Assert.Equal(500, delimited.Sets.Count);
        Assert.Equal(delimited.Sets, json.Sets);
        foreach (var (offersOnly, affinitiesOnly) in csv.Sets.Zip(affinities.Sets)) offersOnly.Affinities.Add(affinitiesOnly.Affinities);
        Assert.Equal(delimited.Sets, csv.Sets);
    }

    [Fact]
    public async Task WriteFolder_Sets_DistinctDescendingFourDecimalsAndPopularFirst()
    {
        using var folder = new TempFolder();
        Generate(folder, "pb", false, Options);
        var table = new OfferIdTable();
        await Reading.OffersAsync(InputSpec.Create(folder.File("offers.pb"), null), Stream.Null, table);

        var read = await Reading.SetsAsync(folder.File("offer_sets.pb"), table);

        Assert.Empty(read.Faults);
        Assert.All(read.Sets, set =>
        {
            Assert.Equal(35, set.Offers.Count);
            Assert.Equal(8, set.Affinities.Count);
            Assert.Equal(set.Offers.OrderByDescending(offer => offer.Score).Select(offer => offer.Score), set.Offers.Select(offer => offer.Score));
            Assert.All(set.Offers, offer => Assert.Equal(MathF.Round(offer.Score, 4), offer.Score));
        });
        var uses = read.Sets.SelectMany(set => set.Offers).CountBy(offer => offer.OfferId).ToDictionary();
        Assert.True(uses[CatalogueGenerator.OfferId(0)] > 2 * uses[CatalogueGenerator.OfferId(150)], "the first offer is much more popular than the 150th");
    }

    [Fact]
    public async Task WriteFolder_SetAsLargeAsTheCatalogue_Ends()
    {
        using var folder = new TempFolder();
        Generate(folder, "csv", false, Options with { Members = 50, Offers = 64, SetSize = 64, Affinities = 64 });
        var table = Reading.Table(Enumerable.Range(0, 64).Select(CatalogueGenerator.OfferId));

        var read = await Reading.SetsAsync(folder.File("offer_sets.csv"), table);

        Assert.All(read.Sets, set => Assert.Equal(64, set.Offers.Count));
    }

    private static List<string> Generate(TempFolder folder, string format, bool gzip, GeneratorOptions options)
    {
        Assert.True(InputFormats.TryParse(format, out var parsed));
        return [.. new Generator(options, parsed, gzip).WriteFolder(folder.Path, CancellationToken.None).Select(file => file.Path)];
    }
}
