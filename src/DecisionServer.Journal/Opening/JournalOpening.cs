using DecisionServer.Store;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>
/// Opens what is there, or makes it where there never was anything. Whatever is missing or not as it was written is refused, before anything is changed: rather
/// no server than one that has forgotten what it acknowledged.
/// </summary>
internal sealed class JournalOpening(
    JournalOptions options, TimeProvider clock, ILogger logger, Failpoints failpoints, IReadOnlyList<Migration> migrations)
{
    private readonly JournalFiles _files = new(options.Directory);

    public OpenedJournal Open()
    {
        Directory.CreateDirectory(options.Directory);

        // 1. What the files say without SQLite.
        var mark = MarkFile.Read(_files.Mark);
        if (!File.Exists(_files.Database)) Create(mark);
        var isBackup = DatabaseHeader.IsBackup(_files.Database);
        if (isBackup) RefuseForeignLog();
        failpoints.Pass(Failpoints.Opening);
        var database = Database.Open(_files.Database);
        try
        {
            return Open(database, mark, isBackup);
        }
        catch (SqliteFault e)
        {
            database.Dispose();
            throw e.IsDisk ? JournalFiles.Fault(_files.Database, e) : Damage.Of(_files.Database, e.Message);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private OpenedJournal Open(Database database, Mark? mark, bool isBackup)
    {
        // 2. The database as a whole. Its log stays as it is, should it be refused.
        database.KeepLogOnClose();
        Configure(database);
        if (database.Texts("PRAGMA integrity_check(3)") is not ["ok"] and { } faults) throw Damage.Of(_files.Database, $"is damaged: {string.Join("; ", faults).Replace('\n', ' ')}");

        // 3. Its form, its place in time, and every row that is not replayed.
        var meta = new MetaTable(database, new RowWriter(), new RowReader(_files.Database)).Read();
        SchemaCheck.RequireKnown(database, meta, migrations);
        if (!isBackup) Compare(meta, mark);
        if (meta.Form < migrations.Count) meta = Migrate(database, meta);
        SchemaCheck.RequireExact(database, migrations);
        var tables = new JournalTables(database);
        tables.Actions.Verify();
        tables.Answers.Verify();
        tables.Audit.Verify();
        var erasures = ErasureFile.Open(_files.Erasures, Math.Max(mark?.Erasures ?? 0, meta.Erasures));

        // 4. From here on files are changed. The mark goes first: a backup that is a journal already must not look older than its mark.
        var markFile = MarkFile.Open(_files.Mark, new Mark(meta.Journal, meta.Commits, erasures.Entries.Count));
        if (isBackup) TakeOver(database, meta);
        if (database.Text("PRAGMA journal_mode = WAL") != "wal") throw Damage.Of(_files.Database, "cannot be set to write-ahead logging");
        var transaction = new SqliteTransaction(database, tables, erasures, options.AnswersKept, clock, failpoints);
        var opened = new OpenedJournal(_files, database, tables, transaction, markFile, erasures);
        if (meta.Erasures < erasures.Entries.Count) Follow(opened, meta.Erasures);
        database.Checkpoint(truncate: true);
        Log.Opened(logger, _files.Database, transaction.Committed.Commits, transaction.Committed.Actions, erasures.Entries.Count);
        return opened;
    }

    private void Create(Mark? mark)
    {
        if (mark is not null) throw Damage.Of(_files.Database, $"is missing, although {Path.GetFileName(_files.Mark)} says that there is a journal with {mark.Value.Commits} commits");
        if (File.Exists(_files.Log)) throw Damage.Of(_files.Database, $"is missing, although its log {Path.GetFileName(_files.Log)} is there");
        if (File.Exists(_files.Erasures)) throw Damage.Of(_files.Database, "is missing, although there is a file of erasures beside it");

        // Whole or not there: a name is given once it is complete.
        File.Delete(_files.NewDatabase);
        using (var database = Database.Open(_files.NewDatabase, create: true))
        {
            database.Run($"PRAGMA application_id = {Schema.JournalId}");
            database.Run("BEGIN IMMEDIATE");
            SchemaCheck.Migrate(database, 0, migrations);
            new MetaTable(database, new RowWriter(), new RowReader(_files.NewDatabase)).Write(
                new Meta { Journal = Guid.NewGuid(), Created = clock.GetUtcNow().UtcTicks, Form = migrations.Count });
            database.Run("COMMIT");
        }

        DatabaseHeader.Sync(_files.NewDatabase);
        File.Move(_files.NewDatabase, _files.Database);
        DurableFile.SyncDirectory(options.Directory);
        Log.Created(logger, _files.Database);
    }

    private void RefuseForeignLog()
    {
        if (new FileInfo(_files.Log) is { Exists: true, Length: > 0 })
        {
            throw new JournalDamagedException(
                _files.Log, "is the log of another database than the backup that was put in place of journal.db", "Move it away, then start again.");
        }
    }

    private static void Configure(Database database)
    {
        database.Run("PRAGMA synchronous = FULL");
        database.Run("PRAGMA secure_delete = ON");
        database.Run("PRAGMA foreign_keys = ON");
        database.Run("PRAGMA trusted_schema = OFF");
        database.Run("PRAGMA cell_size_check = ON");
        database.Run("PRAGMA temp_store = MEMORY");
        database.Run("PRAGMA cache_size = -65536");

        // The writer carries the log over itself, between commits.
        database.Run("PRAGMA wal_autocheckpoint = 0");
    }

    private void Compare(Meta meta, Mark? mark)
    {
        if (mark is not { } witness)
        {
            if (meta.Commits > 0) throw Damage.Of(_files.Mark, $"is missing, although the journal has {meta.Commits} commits");
            return;
        }

        if (witness.Journal != meta.Journal) throw Damage.Of(_files.Database, $"is another journal than the one that {Path.GetFileName(_files.Mark)} belongs to");
        if (witness.Commits > meta.Commits)
        {
            throw Damage.Of(
                _files.Log, $"is damaged or incomplete: commits {meta.Commits + 1} to {witness.Commits} were acknowledged, but are neither there nor in journal.db");
        }
    }

    private Meta Migrate(Database database, Meta meta)
    {
        var migrated = meta with { Form = migrations.Count, Commits = meta.Commits + 1 };
        database.Run("BEGIN IMMEDIATE");
        SchemaCheck.Migrate(database, meta.Form, migrations);
        new MetaTable(database, new RowWriter(), new RowReader(_files.Database)).Write(migrated);
        database.Run("COMMIT");
        for (var form = (int)meta.Form; form < migrations.Count; form++) Log.Migrated(logger, _files.Database, form + 1, migrations[form].Name);
        return migrated;
    }

    private void TakeOver(Database database, Meta meta)
    {
        database.Run($"PRAGMA application_id = {Schema.JournalId}");
        Log.Restored(logger, _files.Database, meta.Commits);
    }

    private void Follow(OpenedJournal opened, long known)
    {
        var members = opened.Erasures.Entries.Skip((int)known).Select(entry => entry.Member).ToHashSet();
        opened.Transaction.Begin();
        opened.Transaction.BeginCommand();
        opened.Transaction.Follow(members);
        opened.Transaction.EndCommand();
        opened.Transaction.Commit();
        opened.PutMark();
        Log.ErasedAgain(logger, members.Count);
    }
}
