using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Hands the stored state over, at start.</summary>
internal static class Replaying
{
    public static void Run(OpenedJournal journal, IJournalVisitor visitor, Failpoints failpoints)
    {
        var tables = journal.Tables;
        try
        {
            visitor.Erasures(journal.Erasures.Entries.Select(entry => new ErasedMember(entry.Member, entry.AtTicks)));
            visitor.Availability(tables.Availability.All(), journal.Transaction.Committed.Epoch);
            visitor.Placements(SqliteTransaction.ReadPlacements(tables));
            visitor.Ladder(ReadLadder(tables));
            visitor.CapRules(SqliteTransaction.ReadCapRules(tables));
            failpoints.Pass(Failpoints.Replaying);
            visitor.Totals(tables.Totals.All());
            visitor.Members(tables.Members.All());
            visitor.Facts(tables.Facts.All());
            visitor.Puts([]);
        }
        catch (SqliteFault e)
        {
            throw e.IsDamage ? Damage.Of(journal.Files.Database, e.Message) : JournalFiles.Fault(journal.Files.Database, e);
        }
        catch (JsonException e)
        {
            throw Damage.Of(journal.Files.Database, $"a document in it cannot be read: {e.Message}");
        }
    }

    private static LadderConfig ReadLadder(JournalTables tables)
    {
        var lists = tables.Ladder.All().ToDictionary(
            list => list.Name, list => JsonSerializer.Deserialize(list.Content, JournalJson.Default.IReadOnlyListScoredOfferConfig)!, StringComparer.Ordinal);
        lists.Remove(SqliteTransaction.Everybody, out var everybody);
        return new LadderConfig { Segments = lists, Global = everybody ?? [] };
    }
}
