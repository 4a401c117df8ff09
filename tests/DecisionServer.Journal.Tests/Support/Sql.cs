namespace DecisionServer.Journal.Tests.Support;

/// <summary>Looks into a database beside the journal.</summary>
internal static class Sql
{
    public static long Count(string path, string table) => Integer(path, $"SELECT count(*) FROM {table}");

    /// <summary>Whether the bytes of all erased members are known to be gone.</summary>
    public static bool Purged(string path) => Integer(path, "SELECT purged = erasures AND erasures > 0 FROM meta") == 1;

    private static long Integer(string path, string query)
    {
        using var database = Database.Open(path);
        database.KeepLogOnClose();
        return database.Integer(query);
    }
}
