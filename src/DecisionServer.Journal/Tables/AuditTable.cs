namespace DecisionServer.Journal;

/// <summary>Administrative acts.</summary>
internal sealed class AuditTable(Database database, RowWriter writer, RowReader reader)
{
    private const string Columns = "sequence, at, act, subject, detail, crc";

    private readonly Statement _last = database.Prepare("SELECT coalesce(max(sequence), 0) FROM audit");
    private readonly Statement _append = database.Prepare($"INSERT INTO audit ({Columns}) VALUES (?, ?, ?, ?, ?, ?)");
    private readonly Statement _before = database.Prepare($"SELECT {Columns} FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?");

    public void Append(DateTimeOffset at, string act, string subject, string detail)
    {
        _last.Reset().Step();
        var sequence = _last.Integer(0) + 1;
        _last.Reset();
        writer.Begin(_append, Table.Audit).Integer(sequence).Integer(at.UtcTicks).Text(act).Text(subject).Text(detail).Run();
    }

    public List<AuditRecord> Before(long before, int limit)
    {
        var found = new List<AuditRecord>();
        for (_before.Reset().Bind(1, before).Bind(2, limit); _before.Step();)
        {
            var row = reader.Begin(_before, Table.Audit);
            found.Add(new AuditRecord(row.Integer(), Ticks.Read(row.Integer()), row.Text(), row.Text(), row.Text()));
            row.End();
        }

        return found;
    }

    /// <summary>Reads all, which compares every checksum.</summary>
    public void Verify() => Before(long.MaxValue, int.MaxValue);
}
