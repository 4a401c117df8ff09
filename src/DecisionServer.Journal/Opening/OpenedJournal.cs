namespace DecisionServer.Journal;

/// <summary>What a journal consists of while it is open.</summary>
internal sealed class OpenedJournal(
    JournalFiles files, Database database, JournalTables tables, SqliteTransaction transaction, MarkFile mark, ErasureFile erasures) : IDisposable
{
    public JournalFiles Files { get; } = files;

    public Database Database { get; } = database;

    public JournalTables Tables { get; } = tables;

    public SqliteTransaction Transaction { get; } = transaction;

    public ErasureFile Erasures { get; } = erasures;

    /// <summary>Writes down how far the database has come.</summary>
    public void PutMark() => mark.Write(new Mark(Transaction.Committed.Journal, Transaction.Committed.Commits, Erasures.Entries.Count));

    /// <summary>Makes the mark last through a power failure.</summary>
    public void FlushMark() => mark.Flush();

    public void Dispose()
    {
        Database.Dispose();
        mark.Dispose();
        Erasures.Dispose();
    }
}
