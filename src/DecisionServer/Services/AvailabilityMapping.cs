using DecisionServer.Store;
using Google.Protobuf.Collections;

namespace DecisionServer.Services;

/// <summary>Availability between the contract and the store, with the rules of an update.</summary>
internal static class AvailabilityMapping
{
    /// <summary>Most updates of one request.</summary>
    public const int MaxUpdates = 10_000;

    /// <summary>The updates as the store takes them.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: names every update that is at fault.</exception>
    public static AvailabilityUpdate[] ToUpdates(RepeatedField<V1.AvailabilityUpdate> updates)
    {
        if (updates.Count is 0 or > MaxUpdates)
            throw Errors.InvalidArgument("updates", $"holds {updates.Count} elements, 1 to {MaxUpdates} are allowed");
        var mapped = new AvailabilityUpdate[updates.Count];
        var faults = new Faults();
        var found = new List<string>();
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = ToUpdate(updates[i], found);
            if (found.Count == 0) continue;
            faults.AddAll(found, $"updates[{i}].");
            found.Clear();
        }

        faults.ThrowIfAny();
        return mapped;
    }

    /// <summary>A row as the contract shows it.</summary>
    public static V1.AvailabilityRow ToProto(AvailabilityRow row)
    {
        var proto = new V1.AvailabilityRow
        {
            ValidFrom = Instants.Write(row.ValidFrom),
            ValidUntil = Instants.Write(row.ValidUntil),
            Version = row.Version,
            Epoch = row.Epoch,
        };
        if (row.Subject == AvailabilitySubject.Offer) proto.OfferId = row.SubjectId;
        else proto.ItemId = row.SubjectId;
        if (row.Scope == AvailabilityScopeKind.Store) proto.StoreId = row.ScopeId;
        if (row.Scope == AvailabilityScopeKind.Chain) proto.ChainId = row.ScopeId;
        if (row.Available is { } available) proto.Available = available;
        if (row.Stock is { } stock) proto.Stock = stock;
        if (row.PriceMinor is { } price) proto.PriceMinor = price;
        return proto;
    }

    private static AvailabilityUpdate ToUpdate(V1.AvailabilityUpdate update, List<string> faults)
    {
        var isOffer = update.HasOfferId;
        var subjectId = isOffer ? update.OfferId : update.ItemId;
        if (!isOffer && !update.HasItemId) faults.Add("offer_id: is missing, offer_id or item_id must be given");
        else if (!IdRules.IsValid(subjectId, out var subjectFault)) faults.Add($"{(isOffer ? "offer_id" : "item_id")}: {subjectFault}");

        if (update.HasStoreId && update.HasChainId) faults.Add("store_id: is given together with chain_id, at most one of them is allowed");
        if (update.HasStoreId && !IdRules.IsValid(update.StoreId, out var storeFault)) faults.Add($"store_id: {storeFault}");
        if (update.HasChainId && !IdRules.IsValid(update.ChainId, out var chainFault)) faults.Add($"chain_id: {chainFault}");
        if (update.Stock < 0) faults.Add($"stock: is {update.Stock}, must be 0 or more");
        if (update.PriceMinor < 0) faults.Add($"price_minor: is {update.PriceMinor}, must be 0 or more");
        var validFrom = Instants.Read(update.ValidFrom, "valid_from", faults);
        var validUntil = Instants.Read(update.ValidUntil, "valid_until", faults);
        if (validUntil <= validFrom) faults.Add("valid_until: is not after valid_from");

        return new AvailabilityUpdate
        {
            Subject = isOffer ? AvailabilitySubject.Offer : AvailabilitySubject.Item,
            SubjectId = subjectId,
            Scope = update.HasStoreId ? AvailabilityScopeKind.Store : update.HasChainId ? AvailabilityScopeKind.Chain : AvailabilityScopeKind.Everywhere,
            ScopeId = update.HasStoreId ? update.StoreId : update.ChainId,
            Available = update.HasAvailable ? update.Available : null,
            Stock = update.HasStock ? update.Stock : null,
            PriceMinor = update.HasPriceMinor ? update.PriceMinor : null,
            ValidFrom = validFrom,
            ValidUntil = validUntil,
            Version = update.Version,
        };
    }
}
