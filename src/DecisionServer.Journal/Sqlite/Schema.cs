namespace DecisionServer.Journal;

/// <summary>The tables. The numbers go into the rows' checksums.</summary>
internal enum Table : byte
{
    Meta = 1,
    Actions = 2,
    Members = 3,
    Totals = 4,
    Answers = 5,
    Availability = 6,
    Placements = 7,
    Ladder = 8,
    CapRules = 9,
    Audit = 10,
    Facts = 11,
}

/// <summary>The form of the database, and the steps by which it came to be. A database of a later form than known here is refused.</summary>
internal static class Schema
{
    /// <summary>Marks a journal in the file's header (PRAGMA application_id).</summary>
    public const int JournalId = 0x44534A31;

    /// <summary>Marks a backup: put in place of a journal, it is taken over on purpose. No byte in common with <see cref="JournalId"/>.</summary>
    public const int BackupId = 0x6B426D75;

    /// <summary>Each brings the form of its place in the list to the next one.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = [Migration001.Tables, Migration002.Facts];

    public static string NameOf(Table table) => table switch
    {
        Table.Meta => "meta",
        Table.Actions => "actions",
        Table.Members => "members",
        Table.Totals => "totals",
        Table.Answers => "answers",
        Table.Availability => "availability",
        Table.Placements => "placements",
        Table.Ladder => "ladder",
        Table.CapRules => "cap_rules",
        Table.Facts => "facts",
        _ => "audit",
    };
}

/// <summary>A step from one form of the database to the next, run in one transaction with the others that are due.</summary>
/// <param name="Name">What it does, for the log.</param>
/// <param name="Statements">SQL, one statement each.</param>
internal sealed record Migration(string Name, IReadOnlyList<string> Statements);
