using System.Diagnostics;
using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Tests.Support;

/// <summary>
/// What the disk and SQLite allow: the rows of an activation in the journal's own tables with the journal's own settings, committed in groups by
/// one thread, without queue, callers, savepoints, look-ups or witness.
/// </summary>
internal static class BareGroupCommit
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Activations per second.</summary>
    public static double Run(string path, int activations, int perCommit)
    {
        using var database = Database.Open(path, create: true);
        SchemaCheck.Migrate(database, 0, Schema.Migrations);
        database.Run("PRAGMA journal_mode = WAL");
        database.Run("PRAGMA synchronous = FULL");
        database.Run("PRAGMA secure_delete = ON");
        var tables = new JournalTables(database);
        var watch = Stopwatch.StartNew();
        for (var number = 0; number < activations; number++)
        {
            if (number % perCommit == 0) database.Run("BEGIN IMMEDIATE");
            tables.Members.Put(new MemberRecord { MemberId = $"member-{number}", Version = 1, Activated = [new("offer-1", Noon)] });
            tables.Actions.Append(number + 1, new ActionRecord { Kind = ActionKind.Activation, At = Noon, MemberId = $"member-{number}", OfferId = "offer-1", Channel = "app" });
            tables.Answers.Put("Activate", $"key-{number}", $"member-{number}", (UInt128)number, new byte[64], Noon.UtcTicks);
            if (number % perCommit == perCommit - 1) database.Run("COMMIT");
        }

        return activations / watch.Elapsed.TotalSeconds;
    }
}
