namespace DecisionServer.Store;

/// <summary>A row compiled for decisions: immutable, so that one reference exchange changes it. Rows that say the same share one where that is common.</summary>
internal sealed class AvailabilityRule
{
    /// <summary>Allows always, says no price.</summary>
    public static readonly AvailabilityRule Open = new(AvailabilityVerdict.Available, long.MinValue, long.MaxValue, null);

    private static readonly AvailabilityRule Off = new(AvailabilityVerdict.Unavailable, long.MinValue, long.MaxValue, null);
    private static readonly AvailabilityRule SoldOut = new(AvailabilityVerdict.OutOfStock, long.MinValue, long.MaxValue, null);

    private readonly long _fromTicks;
    private readonly long _priceMinor;

    private AvailabilityRule(AvailabilityVerdict standing, long fromTicks, long untilTicks, long? priceMinor)
    {
        Standing = standing;
        _fromTicks = fromTicks;
        UntilTicks = untilTicks;
        _priceMinor = priceMinor ?? -1;
    }

    /// <summary>The verdict as far as time does not matter: available, unavailable or out of stock.</summary>
    public AvailabilityVerdict Standing { get; }

    /// <summary>First instant at which it may no longer be shown, UTC ticks; <see cref="long.MaxValue"/> when open.</summary>
    public long UntilTicks { get; }

    public static AvailabilityRule From(in RowData row)
    {
        var standing = row.Has(RowFields.Available) && !row.Has(RowFields.IsAvailable) ? AvailabilityVerdict.Unavailable
            : row.Has(RowFields.Stock) && row.Stock == 0 ? AvailabilityVerdict.OutOfStock
            : AvailabilityVerdict.Available;
        if (row.Has(RowFields.Price | RowFields.ValidFrom | RowFields.ValidUntil))
        {
            return new AvailabilityRule(
                standing,
                row.Has(RowFields.ValidFrom) ? row.ValidFromTicks : long.MinValue,
                row.Has(RowFields.ValidUntil) ? row.ValidUntilTicks : long.MaxValue,
                row.Has(RowFields.Price) ? row.PriceMinor : null);
        }

        return standing switch
        {
            AvailabilityVerdict.Unavailable => Off,
            AvailabilityVerdict.OutOfStock => SoldOut,
            _ => Open,
        };
    }

    public AvailabilityVerdict Judge(long nowTicks) =>
        Standing != AvailabilityVerdict.Available ? Standing
        : nowTicks >= UntilTicks ? AvailabilityVerdict.Expired
        : nowTicks < _fromTicks ? AvailabilityVerdict.NotYetValid
        : AvailabilityVerdict.Available;

    public bool TryGetPrice(out long priceMinor)
    {
        priceMinor = _priceMinor;
        return priceMinor >= 0;
    }
}
