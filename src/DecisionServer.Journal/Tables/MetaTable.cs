namespace DecisionServer.Journal;

/// <summary>The one row that says where the journal stands. Written with every commit.</summary>
internal sealed record Meta
{
    /// <summary>Random id of this journal; its backups share it.</summary>
    public required Guid Journal { get; init; }

    /// <summary>When it was made, UTC ticks.</summary>
    public required long Created { get; init; }

    /// <summary>Form of the database; the header's user_version says the same.</summary>
    public required long Form { get; init; }

    /// <summary>Commits so far.</summary>
    public long Commits { get; init; }

    /// <summary>Number of the last action.</summary>
    public long Actions { get; init; }

    /// <summary>Epoch of the last availability change.</summary>
    public ulong Epoch { get; init; }

    /// <summary>Entries of the file of erasures that this database has followed.</summary>
    public long Erasures { get; init; }

    /// <summary>Erasures whose bytes are known to be gone.</summary>
    public long Purged { get; init; }
}

internal sealed class MetaTable(Database database, RowWriter writer, RowReader reader)
{
    private readonly Statement _write = database.Prepare(
        "INSERT OR REPLACE INTO meta (id, journal, created, form, commits, actions, epoch, erasures, purged, crc) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    private readonly Statement _read = database.Prepare("SELECT journal, created, form, commits, actions, epoch, erasures, purged, crc FROM meta");

    public void Write(Meta meta)
    {
        Span<byte> journal = stackalloc byte[16];
        meta.Journal.TryWriteBytes(journal);
        writer.Begin(_write, Table.Meta).Blob(journal).Integer(meta.Created).Integer(meta.Form).Integer(meta.Commits)
            .Integer(meta.Actions).Integer((long)meta.Epoch).Integer(meta.Erasures).Integer(meta.Purged).Run();
    }

    public Meta Read()
    {
        if (!_read.Step()) throw Damage.Of(database.Path, "its table meta is empty");
        var row = reader.Begin(_read, Table.Meta);
        var journal = row.Blob();
        var meta = new Meta
        {
            Journal = journal.Length == 16 ? new Guid(journal) : Guid.Empty,
            Created = row.Integer(),
            Form = row.Integer(),
            Commits = row.Integer(),
            Actions = row.Integer(),
            Epoch = (ulong)row.Integer(),
            Erasures = row.Integer(),
            Purged = row.Integer(),
        };
        row.End();
        _read.Reset();
        return meta;
    }
}
