namespace DecisionServer.Journal;

/// <summary>Facts: small documents by kind and name.</summary>
internal static class Migration002
{
    public static Migration Facts { get; } = new("facts", [
        """
        CREATE TABLE facts (
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            content BLOB NOT NULL,
            crc INTEGER NOT NULL,
            PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID
        """,
    ]);
}
