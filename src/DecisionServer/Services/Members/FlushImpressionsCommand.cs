using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Writes impressions that decisions have counted. Serving has them already, so nothing follows the commit.</summary>
internal sealed class FlushImpressionsCommand(MemberWriter writer, IReadOnlyList<Impression> impressions, int from, int count) : IJournalCommand<int>
{
    public int Execute(IJournalTransaction transaction)
    {
        var members = new Dictionary<string, MemberRecord>(StringComparer.Ordinal);
        var changes = new MemberChanges();
        for (var i = from; i < from + count; i++)
        {
            var impression = impressions[i];

            // Its member was erased meanwhile.
            if (impression.MemberId is null) continue;
            if (!members.TryGetValue(impression.MemberId, out var record))
                record = transaction.GetMember(impression.MemberId) ?? new MemberRecord { MemberId = impression.MemberId };
            EventTargets.Find(writer, CapEvent.Impression, "", impression.OfferId, impression.Placement, impression.Channel);
            members[impression.MemberId] = MemberBook.Count(
                writer, transaction, changes, record,
                target => EventTargets.Name(target, impression.OfferId, impression.Placement, impression.Channel), impression.AtTicks);
        }

        foreach (var record in members.Values) transaction.PutMember(record with { Version = Math.Max(1, record.Version) });
        return count;
    }

    public void Apply(int result)
    {
    }
}
