using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>The members' current state, one document each.</summary>
internal sealed class MemberTable(Database database, RowWriter writer, RowReader reader)
{
    private readonly Statement _get = database.Prepare("SELECT member, state, crc FROM members WHERE member = ?");
    private readonly Statement _put = database.Prepare("INSERT INTO members (member, state, crc) VALUES (?, ?, ?)");

    // Copies all pages it touches before, so it is for members that are there.
    private readonly Statement _replace = database.Prepare("INSERT OR REPLACE INTO members (member, state, crc) VALUES (?, ?, ?)");
    private readonly Statement _erase = database.Prepare("DELETE FROM members WHERE member = ?");
    private readonly Statement _all = database.Prepare("SELECT member, state, crc FROM members");
    private readonly Statement _ids = database.Prepare("SELECT member FROM members");
    private readonly MemberDocument _document = new();

    // The member who was looked for last and is not there.
    private string? _missing;

    public MemberRecord? Get(string memberId)
    {
        _missing = null;
        if (!_get.Reset().Bind(1, memberId).Step())
        {
            _missing = memberId;
            return null;
        }

        var member = Read(_get);
        _get.Reset();
        return member;
    }

    public void Put(MemberRecord member)
    {
        var isNew = member.MemberId == _missing;
        _missing = null;
        writer.Begin(isNew ? _put : _replace, Table.Members).Text(member.MemberId).Blob(_document.Write(member)).Run();
    }

    public bool Erase(string memberId)
    {
        _erase.Reset().Bind(1, memberId).Run();
        return database.Changes > 0;
    }

    /// <summary>All ids, by which members are found that are known by their hashes only.</summary>
    public IEnumerable<string> Ids()
    {
        for (_ids.Reset(); _ids.Step();) yield return _ids.Text(0);
    }

    public IEnumerable<MemberRecord> All()
    {
        for (_all.Reset(); _all.Step();) yield return Read(_all);
    }

    private MemberRecord Read(Statement statement)
    {
        var row = reader.Begin(statement, Table.Members);
        _ = row.Text();
        var state = row.Blob();
        row.End();
        return JsonSerializer.Deserialize(state, JournalJson.Default.MemberRecord)!;
    }
}
