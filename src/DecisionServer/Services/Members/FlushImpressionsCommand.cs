using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>
/// Writes the chunk of impressions that is under way. Serving has counted them already: after the commit they are only no longer pending. Among nodes a commit may be in
/// doubt, so truth notes the number of the last chunk of each node's process: where it has this one, nothing is counted again.
/// </summary>
internal sealed class FlushImpressionsCommand(MemberWriter writer, string node, Guid incarnation) : IJournalCommand<int>
{
    private readonly List<Impression> _impressions = [];
    private readonly Dictionary<string, MemberRecord> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counters = new(StringComparer.Ordinal);
    private readonly List<TotalRecord> _totals = [];
    private long _chunk;

    /// <summary>The total that holds the number of a node's last chunk; no cap's counter is named so.</summary>
    public static string NoteOf(string node) => "chunk of impressions: " + Uri.EscapeDataString(node);

    public int Execute(IJournalTransaction transaction)
    {
        _chunk = writer.Members.Impressions.CopyChunk(_impressions);
        _members.Clear();
        _counters.Clear();
        _totals.Clear();
        if (_chunk == 0) return 0;
        var isWritten = writer.Follower is not null && IsNoted(transaction);
        var changes = new MemberChanges();
        foreach (var impression in _impressions)
        {
            if (!_members.TryGetValue(impression.MemberId, out var record))
                record = transaction.GetMember(impression.MemberId) ?? new MemberRecord { MemberId = impression.MemberId };
            EventTargets.Find(writer, CapEvent.Impression, "", impression.OfferId, impression.Placement, impression.Channel);
            _members[impression.MemberId] = isWritten ? record : MemberBook.Count(writer, transaction, changes, record, target => Name(target, impression), impression.AtTicks);
            foreach (ref readonly var target in writer.Targets.Span)
            {
                if (!target.Rule.IsPerMember) _counters.Add(Name(target, impression));
            }
        }

        foreach (var counter in _counters) _totals.Add(new TotalRecord(counter, transaction.GetTotal(counter, out var period), period));
        if (!isWritten) Put(transaction);
        return _impressions.Count;
    }

    public void Apply(int result)
    {
        writer.Members.Impressions.SettleChunk(_chunk);

        // Where other nodes count the same members, truth's counters are not those of here.
        if (writer.Follower is not { } follower) return;
        foreach (var record in _members.Values) follower.Follow(record);
        follower.Follow(_totals);
    }

    private void Put(IJournalTransaction transaction)
    {
        foreach (var id in _members.Keys.ToList())
        {
            var record = _members[id] with { Version = Math.Max(1, _members[id].Version) };
            _members[id] = record;
            transaction.PutMember(record);
        }

        if (writer.Follower is not null) transaction.SetTotal(NoteOf(node), _chunk, Process);
    }

    private bool IsNoted(IJournalTransaction transaction) => transaction.GetTotal(NoteOf(node), out var process) >= _chunk && process == Process;

    private string Process => incarnation.ToString("N");

    private static string Name(CapTarget target, in Impression impression) => EventTargets.Name(target, impression.OfferId, impression.Placement, impression.Channel);
}
