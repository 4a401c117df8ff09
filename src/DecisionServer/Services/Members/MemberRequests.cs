using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Checks requests about members against the limits of member_service.proto.</summary>
internal static class MemberRequests
{
    private const int MaxEvents = 1_000;
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    public static void Action(string memberId, string offerId, string key, string channel = "", string chainId = "", string storeId = "")
    {
        Ids.Require(memberId, "member_id");
        Ids.Require(offerId, "offer_id");
        Ids.Require(key, "idempotency_key");
        Ids.Optional(channel, "channel");
        Ids.Optional(chainId, "chain_id");
        Ids.Optional(storeId, "store_id");
    }

    public static void Events(V1.RecordEventsRequest request, DateTimeOffset now)
    {
        Ids.Require(request.IdempotencyKey, "idempotency_key");
        if (request.Events.Count is 0 or > MaxEvents)
            throw Errors.InvalidArgument("events", $"holds {request.Events.Count} elements, 1 to {MaxEvents} are allowed");
        var faults = new Faults();
        var found = new List<string>();
        for (var i = 0; i < request.Events.Count; i++)
        {
            Check(request.Events[i], now, found);
            if (found.Count == 0) continue;
            faults.AddAll(found, $"events[{i}].");
            found.Clear();
        }

        faults.ThrowIfAny();
    }

    public static void Profile(V1.PutProfileRequest request)
    {
        Ids.Require(request.MemberId, "member_id");
        Ids.Require(request.IdempotencyKey, "idempotency_key");
        if (request.Profile is not { } profile) return;
        Names(profile.Consents, "profile.consents");
        Names(profile.Segments, "profile.segments");
        Names(profile.ChainIds, "profile.chain_ids");
        Ids.Count(profile.Attributes.Count, "profile.attributes", 50);
        foreach (var (key, value) in profile.Attributes)
        {
            Ids.Require(key, "profile.attributes (a key)");
            Ids.Text(value, $"profile.attributes[\"{key}\"]", 256);
        }
    }

    private static void Names(Google.Protobuf.Collections.RepeatedField<string> names, string field)
    {
        Ids.Count(names.Count, field, MemberStateBuffer.MaxNames);
        for (var i = 0; i < names.Count; i++) Ids.Require(names[i], field, i);
    }

    private static void Check(V1.MemberEvent each, DateTimeOffset now, List<string> found)
    {
        if (!IdRules.IsValid(each.MemberId, out var fault)) found.Add($"member_id: {fault}");
        if (!IdRules.IsValid(each.OfferId, out fault)) found.Add($"offer_id: {fault}");
        if (each.Kind is < V1.EventKind.Impression or > V1.EventKind.Custom) found.Add($"kind: {(int)each.Kind} is not a known kind");
        if (each.Kind == V1.EventKind.Custom && !IdRules.IsValid(each.CustomKind, out fault)) found.Add($"custom_kind: {fault}");
        if (each.Kind != V1.EventKind.Custom && each.CustomKind.Length > 0) found.Add("custom_kind: is given, but the event is not a custom one");
        if (each.Placement.Length > 0 && !IdRules.IsValid(each.Placement, out fault)) found.Add($"placement: {fault}");
        if (each.Channel.Length > 0 && !IdRules.IsValid(each.Channel, out fault)) found.Add($"channel: {fault}");
        if (Instants.Read(each.OccurredAt, "occurred_at", found) is { } at && at > now + MaxAhead)
            found.Add(FormattableString.Invariant($"occurred_at: {at:O} is more than {MaxAhead.TotalMinutes} minutes ahead of the server's clock, {now:O}"));
    }
}
