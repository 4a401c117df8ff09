namespace DecisionServer.Journal;

/// <summary>Documents by name: placements, ladder lists, cap rules.</summary>
internal sealed class DocumentTable(Database database, Table table, RowWriter writer, RowReader reader)
{
    private readonly Statement _put = database.Prepare($"INSERT OR REPLACE INTO {Schema.NameOf(table)} (name, content, crc) VALUES (?, ?, ?)");
    private readonly Statement _remove = database.Prepare($"DELETE FROM {Schema.NameOf(table)} WHERE name = ?");
    private readonly Statement _all = database.Prepare($"SELECT name, content, crc FROM {Schema.NameOf(table)} ORDER BY name");

    private readonly Statement _has = database.Prepare($"SELECT 1 FROM {Schema.NameOf(table)} WHERE name = ?");
    private readonly Statement _count = database.Prepare($"SELECT count(*) FROM {Schema.NameOf(table)}");

    public bool Has(string name)
    {
        var has = _has.Reset().Bind(1, name).Step();
        _has.Reset();
        return has;
    }

    public int Count()
    {
        _count.Reset().Step();
        var count = (int)_count.Integer(0);
        _count.Reset();
        return count;
    }

    public void Put(string name, ReadOnlySpan<byte> content) => writer.Begin(_put, table).Text(name).Blob(content).Run();

    public void Remove(string name) => _remove.Reset().Bind(1, name).Run();

    public List<(string Name, byte[] Content)> All()
    {
        var all = new List<(string, byte[])>();
        for (_all.Reset(); _all.Step();)
        {
            var row = reader.Begin(_all, table);
            all.Add((row.Text(), row.Blob().ToArray()));
            row.End();
        }

        return all;
    }
}
