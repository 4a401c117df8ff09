namespace DecisionServer.Journal;

/// <summary>Totals by counter.</summary>
internal sealed class TotalTable(Database database, RowWriter writer, RowReader reader)
{
    private readonly Statement _get = database.Prepare("SELECT counter, value, period, crc FROM totals WHERE counter = ?");
    private readonly Statement _put = database.Prepare("INSERT OR REPLACE INTO totals (counter, value, period, crc) VALUES (?, ?, ?, ?)");
    private readonly Statement _all = database.Prepare("SELECT counter, value, period, crc FROM totals");

    public TotalRecord? Get(string counter)
    {
        if (!_get.Reset().Bind(1, counter).Step()) return null;
        var total = Read(_get);
        _get.Reset();
        return total;
    }

    public void Put(string counter, long value, string period) =>
        writer.Begin(_put, Table.Totals).Text(counter).Integer(value).Text(period).Run();

    public IEnumerable<TotalRecord> All()
    {
        for (_all.Reset(); _all.Step();) yield return Read(_all);
    }

    private TotalRecord Read(Statement statement)
    {
        var row = reader.Begin(statement, Table.Totals);
        var total = new TotalRecord(row.Text(), row.Integer(), row.Text());
        row.End();
        return total;
    }
}
