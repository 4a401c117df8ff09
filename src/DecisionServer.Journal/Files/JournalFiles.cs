namespace DecisionServer.Journal;

/// <summary>Names of the journal's files.</summary>
internal sealed class JournalFiles(string directory)
{
    public string Directory { get; } = directory;

    /// <summary>The database.</summary>
    public string Database { get; } = Path.Combine(directory, "journal.db");

    /// <summary>Its log: commits that are not in the database file yet.</summary>
    public string Log => Database + "-wal";

    /// <summary>The database while it is being made.</summary>
    public string NewDatabase => Database + ".new";

    /// <summary>Says that there is a journal and how far it has come.</summary>
    public string Mark { get; } = Path.Combine(directory, "journal.mark");

    /// <summary>Who was erased.</summary>
    public string Erasures { get; } = Path.Combine(directory, "erasures");

    /// <summary>The error of reading or writing a file, with its name.</summary>
    public static IOException Fault(string path, Exception cause) => new($"{path}: {cause.Message}", cause);
}
