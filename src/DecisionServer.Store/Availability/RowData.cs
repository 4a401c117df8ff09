using System.Runtime.InteropServices;

namespace DecisionServer.Store;

/// <summary>Which fields of a row were ever set.</summary>
[Flags]
internal enum RowFields : uint
{
    None = 0,
    Available = 1,
    Stock = 2,
    Price = 4,
    ValidFrom = 8,
    ValidUntil = 16,

    /// <summary>Value of the field "available".</summary>
    IsAvailable = 32,

    /// <summary><see cref="RowData.Next"/> holds a key.</summary>
    HasNext = 64,
}

/// <summary>A row as FASTER stores it: fixed size and blittable, so that it is always replaced in place.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RowData
{
    public RowIdentity Identity;
    public RowFields Fields;
    public long Stock;
    public long PriceMinor;
    public long ValidFromTicks;
    public long ValidUntilTicks;

    /// <summary>0: nothing was said in this scope; the row only heads the list of its subject.</summary>
    public ulong Version;
    public ulong Epoch;

    /// <summary>Key of the subject's next row.</summary>
    public long Next;

    public readonly bool Has(RowFields field) => (Fields & field) != 0;

    /// <summary>Takes over the fields that <paramref name="update"/> sets.</summary>
    public void Merge(AvailabilityUpdate update)
    {
        if (update.Available is { } available)
        {
            Fields = (Fields & ~RowFields.IsAvailable) | RowFields.Available | (available ? RowFields.IsAvailable : 0);
        }

        if (update.Stock is { } stock) (Stock, Fields) = (stock, Fields | RowFields.Stock);
        if (update.PriceMinor is { } price) (PriceMinor, Fields) = (price, Fields | RowFields.Price);
        if (update.ValidFrom is { } from) (ValidFromTicks, Fields) = (from.UtcTicks, Fields | RowFields.ValidFrom);
        if (update.ValidUntil is { } until) (ValidUntilTicks, Fields) = (until.UtcTicks, Fields | RowFields.ValidUntil);
    }

    /// <summary>A hash of what the row says; 0 for one that only heads a list. How rows hang together is each store's own affair.</summary>
    public readonly ulong Digest()
    {
        if (Version == 0) return 0;
        var row = this;
        (row.Next, row.Fields) = (0, Fields & ~RowFields.HasNext);
        return XxHash64.Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<RowData>(in row)), 0);
    }

    public static RowData From(AvailabilityRow row)
    {
        var data = new RowData
        {
            Identity = RowIdentity.From(row.Subject, row.SubjectId, row.Scope, row.ScopeId),
            Version = row.Version,
            Epoch = row.Epoch,
        };
        data.Merge(new AvailabilityUpdate
        {
            Subject = row.Subject,
            SubjectId = row.SubjectId,
            Available = row.Available,
            Stock = row.Stock,
            PriceMinor = row.PriceMinor,
            ValidFrom = row.ValidFrom,
            ValidUntil = row.ValidUntil,
        });
        return data;
    }

    public readonly AvailabilityRow ToRow() => new()
    {
        Subject = Identity.Subject,
        SubjectId = Identity.SubjectId,
        Scope = Identity.Scope,
        ScopeId = Identity.ScopeId,
        Available = Has(RowFields.Available) ? Has(RowFields.IsAvailable) : null,
        Stock = Has(RowFields.Stock) ? Stock : null,
        PriceMinor = Has(RowFields.Price) ? PriceMinor : null,
        ValidFrom = Has(RowFields.ValidFrom) ? new DateTimeOffset(ValidFromTicks, TimeSpan.Zero) : null,
        ValidUntil = Has(RowFields.ValidUntil) ? new DateTimeOffset(ValidUntilTicks, TimeSpan.Zero) : null,
        Version = Version,
        Epoch = Epoch,
    };
}
