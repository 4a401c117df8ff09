namespace DecisionServer.Store;

/// <summary>All offers of a generation, compiled: immutable, so that a decision sees one state of it throughout. A change builds the next snapshot.</summary>
public sealed class CatalogueSnapshot
{
    /// <summary>Most offers of a catalogue.</summary>
    public const int MaxOffers = 1_048_576;

    private readonly Offer[] _offers;
    private readonly SymbolTable _offerIds;
    private readonly ItemIndex _items;
    private readonly int[] _idRanks;

    private CatalogueSnapshot(Offer[] offers, SymbolTable offerIds, int[] idRanks, OfferCompiler names)
    {
        _offers = offers;
        _offerIds = offerIds;
        _idRanks = idRanks;
        _items = new ItemIndex(offers);
        Categories = names.Categories.Build();
        Brands = names.Brands.Build();
        Channels = names.Channels.Build();
        Chains = names.Chains.Build();
        Stores = names.Stores.Build();
        Segments = names.Segments.Build();
        Consents = names.Consents.Build();
        ChainKeys = new SymbolKeys(Chains);
        SegmentKeys = new SymbolKeys(Segments);
        ConsentKeys = new SymbolKeys(Consents);
        HasCaps = offers.Any(offer => !offer.Caps.IsEmpty);
        HasMemberCaps = HasCaps && offers.Any(offer => offer.Config.Caps.Any(cap => cap.Per == CapPer.Member));
    }

    /// <summary>A catalogue without offers.</summary>
    public static CatalogueSnapshot Empty { get; } = Build([]);

    /// <summary>How many offers there are.</summary>
    public int Count => _offers.Length;

    /// <summary>The offer of an index between 0 and <see cref="Count"/> - 1.</summary>
    public Offer this[int index] => _offers[index];

    /// <summary>All offers, by index.</summary>
    public ReadOnlySpan<Offer> Offers => _offers;

    /// <summary>How many different items the offers cover.</summary>
    public int ItemCount => _items.Count;

    /// <summary>For each offer index its place in the order of the ids' UTF-8 bytes: compare these instead of ids.</summary>
    public ReadOnlySpan<int> IdRanks => _idRanks;

    /// <summary>Categories of the offers.</summary>
    public SymbolTable Categories { get; }

    /// <summary>Brands of the offers.</summary>
    public SymbolTable Brands { get; }

    /// <summary>Channels the offers name; at most 64.</summary>
    public SymbolTable Channels { get; }

    /// <summary>Chains the offers name.</summary>
    public SymbolTable Chains { get; }

    /// <summary>Stores the offers name.</summary>
    public SymbolTable Stores { get; }

    /// <summary>Segments the offers demand.</summary>
    public SymbolTable Segments { get; }

    /// <summary>Consents the offers demand.</summary>
    public SymbolTable Consents { get; }

    /// <summary><see cref="Chains"/> by the keys that member state knows them by.</summary>
    public SymbolKeys ChainKeys { get; }

    /// <summary><see cref="Segments"/> by the keys that member state knows them by.</summary>
    public SymbolKeys SegmentKeys { get; }

    /// <summary><see cref="Consents"/> by the keys that member state knows them by.</summary>
    public SymbolKeys ConsentKeys { get; }

    /// <summary>Whether an offer carries a cap.</summary>
    public bool HasCaps { get; }

    /// <summary>Whether an offer carries a cap per member.</summary>
    public bool HasMemberCaps { get; }

    /// <summary>
    /// Compiles a catalogue; the offers' indexes are their places in <paramref name="offers"/>. Each offer has passed <see cref="OfferConfigValidator"/>.
    /// Throws <see cref="CatalogueException"/> where an id is there twice or a limit of the whole is broken.
    /// </summary>
    public static CatalogueSnapshot Build(IReadOnlyList<OfferConfig> offers) => Change(null, offers, out _, out _);

    /// <summary>
    /// This catalogue with some offers added or, where the id is known, replaced. Indexes stay; new offers get the next ones.
    /// The offers have passed <see cref="OfferConfigValidator"/>.
    /// Throws <see cref="CatalogueException"/> where an id is there twice in <paramref name="changed"/> or a limit of the whole is broken.
    /// </summary>
    public CatalogueSnapshot With(IReadOnlyList<OfferConfig> changed, out int added, out int replaced) =>
        Change(this, changed, out added, out replaced);

    /// <summary>The index of an offer id.</summary>
    public bool TryGetIndex(string offerId, out int index) => _offerIds.TryGet(offerId, out index);

    /// <summary>Indexes of the offers that cover an item (<see cref="ItemKey"/>), ascending. Empty: none.</summary>
    public ReadOnlySpan<int> OffersOfItem(ulong itemKey) => _items.OffersOf(itemKey);

    private static CatalogueSnapshot Change(CatalogueSnapshot? from, IReadOnlyList<OfferConfig> changed, out int added, out int replaced)
    {
        var errors = new List<string>();
        var ids = new SymbolTableBuilder(from?._offerIds);
        var compiler = new OfferCompiler(from);
        var offers = new List<Offer>((from?.Count ?? 0) + changed.Count);
        if (from is not null) offers.AddRange(from._offers);
        var seen = new Dictionary<int, int>(changed.Count);
        for (var i = 0; i < changed.Count; i++)
        {
            var index = ids.Add(changed[i].OfferId);
            if (!seen.TryAdd(index, i))
            {
                errors.Add($"offers[{i}].offer_id: \"{changed[i].OfferId}\" is the id of offers[{seen[index]}] already");
                continue;
            }

            var offer = compiler.Compile(index, changed[i]);
            if (index < offers.Count) offers[index] = offer;
            else offers.Add(offer);
        }

        if (offers.Count > MaxOffers) errors.Add($"offers: there would be {offers.Count} in the catalogue, at most {MaxOffers} are allowed");
        if (compiler.Channels.Count > OfferConfig.MaxChannels)
            errors.Add($"channels: the catalogue would name {compiler.Channels.Count}, at most {OfferConfig.MaxChannels} are allowed");
        if (errors.Count > 0) throw new CatalogueException(errors);

        added = offers.Count - (from?.Count ?? 0);
        replaced = changed.Count - added;
        var idRanks = added == 0 && from is not null ? from._idRanks : RankIds(offers);
        return new CatalogueSnapshot([.. offers], ids.Build(), idRanks, compiler);
    }

    private static int[] RankIds(List<Offer> offers)
    {
        var ids = new string[offers.Count];
        var order = new int[offers.Count];
        for (var i = 0; i < order.Length; i++) (ids[i], order[i]) = (offers[i].OfferId, i);
        Array.Sort(ids, order, Utf8OrdinalComparer.Instance);
        var ranks = new int[order.Length];
        for (var rank = 0; rank < order.Length; rank++) ranks[order[rank]] = rank;
        return ranks;
    }
}
