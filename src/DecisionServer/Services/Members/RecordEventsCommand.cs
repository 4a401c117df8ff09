using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Impressions, clicks and custom events: facts, so that they are recorded whether or not a cap is reached.</summary>
internal sealed class RecordEventsCommand(MemberWriter writer, V1.RecordEventsRequest request)
    : MemberCommand<V1.RecordEventsRequest, V1.RecordEventsResponse>(writer, "RecordEvents", request.IdempotencyKey, "", request)
{
    protected override V1.RecordEventsResponse Run(IJournalTransaction transaction, MemberChanges changes)
    {
        var members = new Dictionary<string, MemberRecord>(StringComparer.Ordinal);
        foreach (var each in Request.Events)
        {
            if (!members.TryGetValue(each.MemberId, out var record)) record = MemberBook.Get(Writer, transaction, each.MemberId);
            var at = each.OccurredAt?.ToDateTimeOffset() ?? transaction.Now;
            members[each.MemberId] = Record(transaction, changes, record, each, at);
        }

        foreach (var record in members.Values)
        {
            // The state is another one only where the member is new: counters have no version.
            var put = record with { Version = Math.Max(1, record.Version) };
            transaction.PutMember(put);
            if (record.Version == 0) changes.Members.Add(put);
        }

        return new V1.RecordEventsResponse { Recorded = Request.Events.Count };
    }

    private MemberRecord Record(IJournalTransaction transaction, MemberChanges changes, MemberRecord record, V1.MemberEvent each, DateTimeOffset at)
    {
        transaction.Append(new ActionRecord
        {
            Kind = each.Kind switch
            {
                V1.EventKind.Impression => ActionKind.Impression,
                V1.EventKind.Click => ActionKind.Click,
                _ => ActionKind.Custom,
            },
            At = at,
            MemberId = each.MemberId,
            OfferId = each.OfferId,
            Placement = each.Placement,
            Channel = each.Channel,
            Detail = each.CustomKind,
        });
        if (each.Kind == V1.EventKind.Impression && IsCountedOnDecision(each.Placement)) return record;

        EventTargets.Find(Writer, Kind(each.Kind), each.CustomKind, each.OfferId, each.Placement, each.Channel);
        return MemberBook.Count(Writer, transaction, changes, record, target => EventTargets.Name(target, each.OfferId, each.Placement, each.Channel), at.UtcTicks);
    }

    // Counted when it was decided; the report of it must not count again.
    private bool IsCountedOnDecision(string placement) => Writer.Serving.Placements.TryGet(placement, out var known) && known.CountsOnDecision;

    private static CapEvent Kind(V1.EventKind kind) => kind switch
    {
        V1.EventKind.Impression => CapEvent.Impression,
        V1.EventKind.Click => CapEvent.Click,
        _ => CapEvent.Custom,
    };
}
