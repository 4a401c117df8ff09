using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecisionServer.Store;

/// <summary>An offer compiled for decisions: names are numbers of the snapshot's symbol tables, times are ticks. Immutable.</summary>
public sealed class Offer
{
    private readonly int[] _chainIds;
    private readonly int[] _storeIds;
    private readonly int[] _segmentIds;
    private readonly ulong[] _itemKeys;
    private readonly CapRule[] _caps;

    internal Offer(int index, OfferConfig config, int categoryId, int brandId, int consentId, ulong channelMask,
        (int[] Chains, int[] Stores, int[] Segments) scopes, ulong[] itemKeys)
    {
        Index = index;
        Config = config;
        CategoryId = categoryId;
        BrandId = brandId;
        ConsentId = consentId;
        ChannelMask = channelMask;
        (_chainIds, _storeIds, _segmentIds) = scopes;
        _itemKeys = itemKeys;
        Key = OfferKey.From(config.OfferId);
        _caps = config.Caps.Count == 0 ? [] : [.. config.Caps.Select(cap => new CapRule(cap))];
        ValidFromTicks = config.ValidFrom?.UtcTicks ?? long.MinValue;
        ValidUntilTicks = config.ValidUntil?.UtcTicks ?? long.MaxValue;
        PriceMinor = config.PriceMinor;
        Value = config.Value ?? 1f;
        Boost = config.Boost ?? 1f;
        IsRestricted = (channelMask | (uint)(_chainIds.Length | _storeIds.Length | _segmentIds.Length)) != 0 || consentId >= 0;
    }

    /// <summary>Place in the catalogue, from 0. Stays the same when the catalogue changes while it serves.</summary>
    public int Index { get; }

    /// <summary>What member state knows it by (<see cref="OfferKey"/>): the same in every generation.</summary>
    public ulong Key { get; }

    /// <summary>What it was compiled from.</summary>
    public OfferConfig Config { get; }

    /// <summary>Its id.</summary>
    public string OfferId => Config.OfferId;

    /// <summary>First instant at which it may be shown, in UTC ticks. <see cref="long.MinValue"/>: always was.</summary>
    public long ValidFromTicks { get; }

    /// <summary>First instant at which it may no longer be shown, in UTC ticks. <see cref="long.MaxValue"/>: for ever.</summary>
    public long ValidUntilTicks { get; }

    /// <summary>Number in <see cref="CatalogueSnapshot.Categories"/>. -1: none.</summary>
    public int CategoryId { get; }

    /// <summary>Number in <see cref="CatalogueSnapshot.Brands"/>. -1: none.</summary>
    public int BrandId { get; }

    /// <summary>Number in <see cref="CatalogueSnapshot.Consents"/>. -1: no consent needed.</summary>
    public int ConsentId { get; }

    /// <summary>One bit for each number in <see cref="CatalogueSnapshot.Channels"/>. 0: all channels.</summary>
    public ulong ChannelMask { get; }

    /// <summary>True where a channel, chain, store, segment or consent is demanded; most offers demand none.</summary>
    public bool IsRestricted { get; }

    /// <summary>Numbers in <see cref="CatalogueSnapshot.Chains"/>, ascending. Empty: all.</summary>
    public ReadOnlySpan<int> ChainIds => _chainIds;

    /// <summary>Numbers in <see cref="CatalogueSnapshot.Stores"/>, ascending. Empty: all.</summary>
    public ReadOnlySpan<int> StoreIds => _storeIds;

    /// <summary>Numbers in <see cref="CatalogueSnapshot.Segments"/>, ascending. Empty: no condition.</summary>
    public ReadOnlySpan<int> SegmentIds => _segmentIds;

    /// <summary>Keys (<see cref="ItemKey"/>) of the items it covers, ascending.</summary>
    public ReadOnlySpan<ulong> ItemKeys => _itemKeys;

    /// <summary>Caps that it carries.</summary>
    public ReadOnlySpan<CapRule> Caps => _caps;

    /// <summary>Price in the smallest unit of the currency. Null: unknown. Live prices go before it.</summary>
    public long? PriceMinor { get; }

    /// <summary>Business value, 0 to 1,000,000.</summary>
    public float Value { get; }

    /// <summary>Lever, 0 to 1,000.</summary>
    public float Boost { get; }

    /// <summary>
    /// A place for whoever writes offers into answers to keep the bytes that never change; the store does not look at them. Any thread may
    /// set it, as all would write the same. Null: nobody has yet.
    /// </summary>
    public byte[]? Presentation { get; set; }

    /// <summary>
    /// Tells the processor that this offer is about to be looked at. In a large catalogue a decision's offers lie in no cache: asked for one
    /// after the other, each costs a wait; asked for together, they share one.
    /// </summary>
    public unsafe void Prefetch()
    {
        if (!Sse.IsSupported) return;

        // An offer is some 150 bytes: three lines at most. A prefetch of an address that means nothing any more is harmless.
        var start = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in _chainIds));
        Sse.Prefetch0(start);
        Sse.Prefetch0(start + 64);
        Sse.Prefetch0(start + 128);
    }

    /// <summary>Whether it covers an item.</summary>
    public bool Covers(ulong itemKey) => _itemKeys.AsSpan().BinarySearch(itemKey) >= 0;

    /// <summary>Whether it may be shown on a channel, given as number in <see cref="CatalogueSnapshot.Channels"/> or -1 for one that no offer names.</summary>
    public bool AllowsChannel(int channelId) => ChannelMask == 0 || (channelId >= 0 && (ChannelMask & (1UL << channelId)) != 0);
}
