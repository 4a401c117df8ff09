namespace DecisionServer.Journal;

/// <summary>Makes the refusals of damaged files, with the same remedy everywhere.</summary>
internal static class Damage
{
    public const string Remedy = "Put back the files as they were, or restore a backup over journal.db (without journal.db-wal) and keep the file erasures.";

    public static JournalDamagedException Of(string path, string fault) => new(path, fault, Remedy);
}
