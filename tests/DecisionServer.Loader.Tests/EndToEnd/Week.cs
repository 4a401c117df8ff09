namespace DecisionServer.Loader.Tests;

/// <summary>A generated week on disk.</summary>
internal sealed class Week : IDisposable
{
    private readonly TempFolder _folder = new();

    public Week(int members = 2_000, string format = "pb", int affinities = 4)
    {
        Assert.True(InputFormats.TryParse(format, out var parsed));
        new Generator(new GeneratorOptions(members, 300, 35, affinities, 11, new DateOnly(2017, 8, 14)), parsed, gzip: false).WriteFolder(_folder.Path, CancellationToken.None);
        (Offers, OfferSets) = (_folder.File($"offers.{format}"), _folder.File($"offer_sets.{format}"));
    }

    public string Offers { get; }

    public string OfferSets { get; }

    public string Affinities => _folder.File("affinities.csv");

    /// <summary>The arguments of a load of this week.</summary>
    public string[] Load(string generation, params string[] further) => ["load", "--generation", generation, "--offers", Offers, "--offer-sets", OfferSets, .. further];

    /// <summary>A copy of the offer sets, changed.</summary>
    public string Variant(string name, Func<byte[], byte[]> change) => _folder.Write(name, change(File.ReadAllBytes(OfferSets)));

    public string Write(string name, string text) => _folder.Write(name, text);

    public void Dispose() => _folder.Dispose();
}
