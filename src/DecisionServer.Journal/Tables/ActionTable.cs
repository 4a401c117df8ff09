using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>The action log. Only ever appended to, but for the erasure of a member.</summary>
internal sealed class ActionTable(Database database, RowWriter writer, RowReader reader)
{
    private const string Columns = "sequence, kind, at, member_key, member, offer, placement, channel, chain, store, detail, crc";

    private readonly Statement _append = database.Prepare($"INSERT INTO actions ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly Statement _ofMember = database.Prepare($"SELECT {Columns} FROM actions WHERE member_key = ? AND sequence > ? ORDER BY sequence");
    private readonly Statement _all = database.Prepare($"SELECT {Columns} FROM actions");
    private readonly Statement _delete = database.Prepare("DELETE FROM actions WHERE sequence = ?");

    public void Append(long sequence, in ActionRecord action) =>
        writer.Begin(_append, Table.Actions).Integer(sequence).Integer((long)action.Kind).Integer(action.At.UtcTicks)
            .Integer(action.MemberId.Length == 0 ? null : (long?)(long)MemberKey.From(action.MemberId).Hash)
            .Text(action.MemberId).Text(action.OfferId).Text(action.Placement).Text(action.Channel).Text(action.ChainId).Text(action.StoreId)
            .Text(action.Detail).Run();

    public List<ActionRecord> Of(string memberId, long after, int limit)
    {
        var found = new List<ActionRecord>();
        _ofMember.Reset().Bind(1, (long)MemberKey.From(memberId).Hash).Bind(2, after);
        while (found.Count < limit && _ofMember.Step())
        {
            // Another member may share the hash.
            var action = Read(_ofMember);
            if (action.MemberId == memberId) found.Add(action);
        }

        _ofMember.Reset();
        return found;
    }

    /// <returns>How many there were.</returns>
    public int Erase(MemberKey member)
    {
        var found = new List<long>();
        _ofMember.Reset().Bind(1, (long)member.Hash).Bind(2, 0);
        while (_ofMember.Step())
        {
            var action = Read(_ofMember);
            if (MemberKey.From(action.MemberId) == member) found.Add(action.Sequence);
        }

        foreach (var sequence in found) _delete.Reset().Bind(1, sequence).Run();
        return found.Count;
    }

    /// <summary>Reads all, which compares every checksum.</summary>
    public long Verify()
    {
        long count = 0;
        for (_all.Reset(); _all.Step(); count++) Read(_all);
        return count;
    }

    private ActionRecord Read(Statement statement)
    {
        var row = reader.Begin(statement, Table.Actions);
        var sequence = row.Integer();
        var kind = (ActionKind)row.Integer();
        var at = Ticks.Read(row.Integer());
        _ = row.NullableInteger();
        var action = new ActionRecord
        {
            Sequence = sequence,
            Kind = kind,
            At = at,
            MemberId = row.Text(),
            OfferId = row.Text(),
            Placement = row.Text(),
            Channel = row.Text(),
            ChainId = row.Text(),
            StoreId = row.Text(),
            Detail = row.Text(),
        };
        row.End();
        return action;
    }
}
