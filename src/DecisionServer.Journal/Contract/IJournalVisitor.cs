using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>
/// Receives what serving needs, at start: each kind in one piece, in the order of the members here. What it throws comes out of <see cref="IJournal.Replay"/>.
/// A journal that several nodes write may hand over everything once more while serving goes on (<see cref="ISharedJournal.CatchUp"/>): then it takes the place of
/// what was there. Truth may be lost in the middle of that: the enumeration throws, and all of it comes again later. So what is there is to be replaced
/// piece by piece, and only what a complete enumeration did not name is to be removed.
/// </summary>
public interface IJournalVisitor
{
    /// <summary>Who was ever erased, oldest first: the order in which <see cref="IJournalTransaction.EraseMember"/> was committed.</summary>
    void Erasures(IEnumerable<ErasedMember> erased);

    /// <summary>All availability rows, in no particular order, each checked while it is read; and the epoch they are of.</summary>
    void Availability(IEnumerable<AvailabilityRow> rows, ulong epoch);

    /// <summary>All placements that were ever put, by name.</summary>
    void Placements(IReadOnlyList<PlacementConfig> placements);

    /// <summary>The ladder.</summary>
    void Ladder(LadderConfig ladder);

    /// <summary>All cap rules, by name.</summary>
    void CapRules(IReadOnlyList<NamedDocument> rules);

    /// <summary>All totals.</summary>
    void Totals(IEnumerable<TotalRecord> totals);

    /// <summary>All members.</summary>
    void Members(IEnumerable<MemberRecord> members);

    /// <summary>All facts, by kind and name.</summary>
    void Facts(IEnumerable<FactRecord> facts);

    /// <summary>All generations that something was put into over truth; none where a node is alone.</summary>
    void Puts(IReadOnlyList<PutRecord> puts);
}
