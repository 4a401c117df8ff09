using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Writes impressions that decisions have counted. Serving has them already: after the commit they are only no longer pending.</summary>
internal sealed class FlushImpressionsCommand(MemberWriter writer, IReadOnlyList<Impression> impressions, int from, int count) : IJournalCommand<int>
{
    private readonly List<MemberRecord> _put = [];

    public int Execute(IJournalTransaction transaction)
    {
        _put.Clear();
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

        foreach (var record in members.Values) _put.Add(record with { Version = Math.Max(1, record.Version) });
        foreach (var record in _put) transaction.PutMember(record);
        return count;
    }

    public void Apply(int result)
    {
        writer.Members.Impressions.Written(from, count);

        // Where other nodes count the same members, truth's counters are not those of here.
        if (writer.Follower is not { } follower) return;
        foreach (var record in _put) follower.Follow(record);
    }
}
