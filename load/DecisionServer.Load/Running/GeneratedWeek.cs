using DecisionServer.V1;

namespace DecisionServer.Load.Running;

/// <summary>A generated catalogue with offer sets, made and loaded by the real loader.</summary>
/// <param name="Id">The generation's.</param>
/// <param name="Folder">Its files.</param>
internal sealed record GeneratedWeek(string Id, string Folder)
{
    /// <summary>Offers of the catalogue.</summary>
    public const int CatalogueOffers = 2_000;

    private const int SetSize = 35;

    /// <summary>Generates one.</summary>
    public static async Task<GeneratedWeek> Generate(RunOptions options, string id, int seed, string under)
    {
        string folder = Path.Combine(under, id);
        await Programs.Run(
            options.LoaderDll,
            ["generate", "--members", $"{options.Members}", "--offers", $"{CatalogueOffers}", "--set-size", $"{SetSize}", "--seed", $"{seed}", "--format", "pb", "--out", folder]).ConfigureAwait(false);
        return new GeneratedWeek(id, folder);
    }

    /// <summary>Loads and seals it.</summary>
    public Task Load(RunOptions options, Uri server) => Programs.Run(
        options.LoaderDll,
        ["load", "--server", server.ToString(), "--generation", Id, "--offers", Path.Combine(Folder, "offers.pb"), "--offer-sets", Path.Combine(Folder, "offer_sets.pb")]);

    /// <summary>Makes it current.</summary>
    public Task Publish(RunOptions options, Uri server) => Programs.Run(options.LoaderDll, ["publish", Id, "--server", server.ToString()]);

    /// <summary>Prices of its catalogue by offer.</summary>
    public Dictionary<string, long> Prices()
    {
        var prices = new Dictionary<string, long>(StringComparer.Ordinal);
        using FileStream file = File.OpenRead(Path.Combine(Folder, "offers.pb"));
        while (file.Position < file.Length)
        {
            Offer offer = Offer.Parser.ParseDelimitedFrom(file);
            prices[offer.OfferId] = offer.PriceMinor;
        }

        return prices;
    }
}
