using System.Text;

namespace DecisionServer.Journal;

/// <summary>Facts by kind and name.</summary>
internal sealed class FactTable(Database database, RowWriter writer, RowReader reader)
{
    private const string Columns = "kind, name, content, crc";

    private readonly Statement _put = database.Prepare($"INSERT OR REPLACE INTO facts ({Columns}) VALUES (?, ?, ?, ?)");
    private readonly Statement _remove = database.Prepare("DELETE FROM facts WHERE kind = ? AND name = ?");
    private readonly Statement _get = database.Prepare($"SELECT {Columns} FROM facts WHERE kind = ? AND name = ?");
    private readonly Statement _ofKind = database.Prepare($"SELECT {Columns} FROM facts WHERE kind = ? ORDER BY name");
    private readonly Statement _all = database.Prepare($"SELECT {Columns} FROM facts ORDER BY kind, name");

    public NamedDocument? Get(string kind, string name)
    {
        if (!_get.Reset().Bind(1, kind).Bind(2, name).Step()) return null;
        var fact = Read(_get);
        _get.Reset();
        return new NamedDocument(fact.Name, fact.Content);
    }

    public List<NamedDocument> Of(string kind)
    {
        var facts = new List<NamedDocument>();
        for (_ofKind.Reset().Bind(1, kind); _ofKind.Step();)
        {
            var fact = Read(_ofKind);
            facts.Add(new NamedDocument(fact.Name, fact.Content));
        }

        return facts;
    }

    public void Put(string kind, NamedDocument fact) =>
        writer.Begin(_put, Table.Facts).Text(kind).Text(fact.Name).Blob(Encoding.UTF8.GetBytes(fact.Content)).Run();

    public void Remove(string kind, string name) => _remove.Reset().Bind(1, kind).Bind(2, name).Run();

    public IEnumerable<FactRecord> All()
    {
        for (_all.Reset(); _all.Step();) yield return Read(_all);
    }

    private FactRecord Read(Statement statement)
    {
        var row = reader.Begin(statement, Table.Facts);
        var fact = new FactRecord(row.Text(), row.Text(), Encoding.UTF8.GetString(row.Blob()));
        row.End();
        return fact;
    }
}
