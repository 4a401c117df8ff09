using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>Turns what the retailer wrote into what decisions read, numbering names on the way.</summary>
internal sealed class OfferCompiler
{
    // Offers share items: one string for each id instead of one for each mention spares hundreds of megabytes in catalogues of wide offers.
    private readonly Dictionary<ulong, string> _itemIds = [];

    public OfferCompiler(CatalogueSnapshot? from)
    {
        Categories = new(from?.Categories);
        Brands = new(from?.Brands);
        Channels = new(from?.Channels);
        Chains = new(from?.Chains);
        Stores = new(from?.Stores);
        Segments = new(from?.Segments);
        Consents = new(from?.Consents);
    }

    public SymbolTableBuilder Categories { get; }

    public SymbolTableBuilder Brands { get; }

    public SymbolTableBuilder Channels { get; }

    public SymbolTableBuilder Chains { get; }

    public SymbolTableBuilder Stores { get; }

    public SymbolTableBuilder Segments { get; }

    public SymbolTableBuilder Consents { get; }

    /// <summary>Compiles an offer. More channels than a mask has bits show in <see cref="Channels"/>; the caller refuses them.</summary>
    public Offer Compile(int index, OfferConfig config)
    {
        var itemIds = new string[config.ItemIds.Count];
        var itemKeys = new ulong[itemIds.Length];
        for (var i = 0; i < itemIds.Length; i++)
        {
            itemKeys[i] = ItemKey.From(config.ItemIds[i]);
            itemIds[i] = Share(itemKeys[i], config.ItemIds[i]);
        }

        Array.Sort(itemKeys);
        var scopes = (Chains.AddAll(config.ChainIds), Stores.AddAll(config.StoreIds), Segments.AddAll(config.Segments));
        return new Offer(index, config with { ItemIds = itemIds }, Categories.Add(config.Category), Brands.Add(config.Brand),
            Consents.Add(config.Consent), Mask(config.Channels), scopes, SortedSets.Distinct(itemKeys));
    }

    private ulong Mask(IReadOnlyList<string> channels)
    {
        var mask = 0UL;
        foreach (var channel in channels)
        {
            var id = Channels.Add(channel);
            if (id is >= 0 and < 64) mask |= 1UL << id;
        }

        return mask;
    }

    private string Share(ulong key, string itemId)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_itemIds, key, out _);
        known ??= itemId;
        return known == itemId ? known : itemId;
    }
}
