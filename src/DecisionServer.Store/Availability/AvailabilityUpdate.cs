namespace DecisionServer.Store;

/// <summary>A change of one row. Fields that are null keep their value.</summary>
public sealed record AvailabilityUpdate
{
    /// <summary>What the row is about.</summary>
    public required AvailabilitySubject Subject { get; init; }

    /// <summary>Id of the offer or item (<see cref="IdRules"/>).</summary>
    public required string SubjectId { get; init; }

    /// <summary>Where the row applies.</summary>
    public AvailabilityScopeKind Scope { get; init; }

    /// <summary>Id of the chain or store (<see cref="IdRules"/>); empty for <see cref="AvailabilityScopeKind.Everywhere"/>.</summary>
    public string ScopeId { get; init; } = "";

    /// <summary>On or off.</summary>
    public bool? Available { get; init; }

    /// <summary>Units left, 0 or more. 0: out of stock.</summary>
    public long? Stock { get; init; }

    /// <summary>Price in the smallest unit of the currency, 0 or more.</summary>
    public long? PriceMinor { get; init; }

    /// <summary>First instant at which it may be shown.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>First instant at which it may no longer be shown.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The sender's version. Not above the stored one: stale. 0: stored + 1.</summary>
    public ulong Version { get; init; }

    /// <summary>Whether a catalogue holds the offer, or an offer of the item. No catalogue holds nothing.</summary>
    public bool IsOf(CatalogueSnapshot? catalogue) =>
        catalogue is not null && (Subject == AvailabilitySubject.Offer
            ? catalogue.TryGetIndex(SubjectId, out _)
            : !catalogue.OffersOfItem(ItemKey.From(SubjectId)).IsEmpty);

    /// <summary>The row that this change makes of the one stored.</summary>
    /// <param name="stored">What is stored of the same subject and scope; null: nothing.</param>
    /// <param name="epoch">Epoch of the change.</param>
    /// <returns>Null: the change is stale, nothing becomes of it.</returns>
    public AvailabilityRow? Change(AvailabilityRow? stored, ulong epoch)
    {
        var version = stored?.Version ?? 0;
        if (Version == 0 ? version == ulong.MaxValue : Version <= version) return null;
        return new AvailabilityRow
        {
            Subject = Subject,
            SubjectId = SubjectId,
            Scope = Scope,
            ScopeId = ScopeId,
            Available = Available ?? stored?.Available,
            Stock = Stock ?? stored?.Stock,
            PriceMinor = PriceMinor ?? stored?.PriceMinor,
            ValidFrom = ValidFrom ?? stored?.ValidFrom,
            ValidUntil = ValidUntil ?? stored?.ValidUntil,
            Version = Version == 0 ? version + 1 : Version,
            Epoch = epoch,
        };
    }
}
