using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Rows of availability. A subject spoken of only in chains or stores has a row of version 0 besides, as in serving, so that the counts agree.</summary>
internal sealed class AvailabilityTable(Database database, RowWriter writer, RowReader reader)
{
    private const string Columns = "subject, subject_id, scope, scope_id, available, stock, price, valid_from, valid_until, version, epoch, crc";
    private const string Values = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private readonly Statement _get = database.Prepare(
        $"SELECT {Columns} FROM availability WHERE subject = ? AND subject_id = ? AND scope = ? AND scope_id = ?");

    private readonly Statement _exists = database.Prepare(
        "SELECT 1 FROM availability WHERE subject = ? AND subject_id = ? AND scope = ? AND scope_id = ?");

    private readonly Statement _put = database.Prepare($"INSERT OR REPLACE INTO availability ({Columns}) VALUES {Values}");
    private readonly Statement _all = database.Prepare($"SELECT {Columns} FROM availability");
    private readonly Statement _count = database.Prepare("SELECT count(*) FROM availability");

    public int Count()
    {
        _count.Reset().Step();
        var count = (int)_count.Integer(0);
        _count.Reset();
        return count;
    }

    public AvailabilityRow? Get(AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId)
    {
        if (!Find(_get, subject, subjectId, scope, scopeId)) return null;
        var row = Read(_get);
        _get.Reset();
        return row.Version == 0 ? null : row;
    }

    /// <returns>How many rows are new.</returns>
    public int Put(AvailabilityRow row)
    {
        var added = Exists(row.Subject, row.SubjectId, row.Scope, row.ScopeId) ? 0 : 1;
        if (added > 0 && row.Scope != AvailabilityScopeKind.Everywhere && !Exists(row.Subject, row.SubjectId, AvailabilityScopeKind.Everywhere, ""))
        {
            Write(new AvailabilityRow { Subject = row.Subject, SubjectId = row.SubjectId, Version = 0, Epoch = 0 });
            added++;
        }

        Write(row);
        return added;
    }

    /// <summary>Whether there is a row, one that only heads scopes included.</summary>
    public bool Exists(AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId)
    {
        var found = Find(_exists, subject, subjectId, scope, scopeId);
        _exists.Reset();
        return found;
    }

    public IEnumerable<AvailabilityRow> All()
    {
        for (_all.Reset(); _all.Step();)
        {
            var row = Read(_all);
            if (row.Version > 0) yield return row;
        }
    }

    private static bool Find(Statement statement, AvailabilitySubject subject, string subjectId, AvailabilityScopeKind scope, string scopeId) =>
        statement.Reset().Bind(1, (long)subject).Bind(2, subjectId).Bind(3, (long)scope).Bind(4, scopeId).Step();

    private void Write(AvailabilityRow row) => writer.Begin(_put, Table.Availability)
        .Integer((long)row.Subject).Text(row.SubjectId).Integer((long)row.Scope).Text(row.ScopeId)
        .Integer(row.Available is { } available ? available ? 1 : 0 : null).Integer(row.Stock).Integer(row.PriceMinor)
        .Integer(row.ValidFrom?.UtcTicks).Integer(row.ValidUntil?.UtcTicks).Integer((long)row.Version).Integer((long)row.Epoch).Run();

    private AvailabilityRow Read(Statement statement)
    {
        var read = reader.Begin(statement, Table.Availability);
        var row = new AvailabilityRow
        {
            Subject = (AvailabilitySubject)read.Integer(),
            SubjectId = read.Text(),
            Scope = (AvailabilityScopeKind)read.Integer(),
            ScopeId = read.Text(),
            Available = read.NullableInteger() is { } available ? available != 0 : null,
            Stock = read.NullableInteger(),
            PriceMinor = read.NullableInteger(),
            ValidFrom = read.NullableInteger() is { } from ? Ticks.Read(from) : null,
            ValidUntil = read.NullableInteger() is { } until ? Ticks.Read(until) : null,
            Version = (ulong)read.Integer(),
            Epoch = (ulong)read.Integer(),
        };
        read.End();
        return row;
    }
}
