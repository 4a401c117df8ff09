namespace DecisionServer.Journal;

/// <summary>Copies a journal that is being written, by a connection of its own: what it reads is the journal at one commit.</summary>
internal static class Backup
{
    /// <summary>Writes the copy; its file is whole or not there.</summary>
    public static void Write(string database, string path, CancellationToken cancellation)
    {
        if (File.Exists(path)) throw new IOException($"{path}: exists already");
        var temporary = path + ".tmp";
        File.Delete(temporary);
        try
        {
            Copy(database, temporary, cancellation);
            using (var copy = Database.Open(temporary))
            {
                copy.Run($"PRAGMA application_id = {Schema.BackupId}");
                if (copy.Texts("PRAGMA quick_check(1)") is not ["ok"]) throw new IOException($"{path}: the copy is damaged, the disk is at fault");
            }

            DatabaseHeader.Sync(temporary);
            File.Move(temporary, path);
            Store.DurableFile.SyncDirectory(Path.GetDirectoryName(path)!);
        }
        catch (SqliteFault e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw JournalFiles.Fault(path, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // VACUUM INTO rather than a copy of pages: no bytes of deleted rows come along.
    private static void Copy(string database, string path, CancellationToken cancellation)
    {
        using var source = Database.Open(database);
        source.KeepLogOnClose();
        using var statement = source.Prepare("VACUUM INTO ?");
        using var onCancel = cancellation.Register(source.Interrupt);
        statement.Bind(1, path).Run();
    }
}
