using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>
/// Receives the effects of other nodes' commits, in commit order, one call at a time and never while a command is applied. A commit is handed over as what it
/// left behind, in the order of the members here; what it did not touch is not called. The same state may come again. Must not throw, must not wait for the journal.
/// </summary>
public interface IChangeVisitor
{
    /// <summary>A member was erased. Comes before what the same commit put for the same member afterwards.</summary>
    void Erased(ErasedMember erased);

    /// <summary>Rows replaced, and the epoch after them.</summary>
    void Availability(IReadOnlyList<AvailabilityRow> rows, ulong epoch);

    /// <summary>Placements added or replaced.</summary>
    void Placements(IReadOnlyList<PlacementConfig> placements);

    /// <summary>A segment's ladder list; empty: removed.</summary>
    void SegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers);

    /// <summary>The ladder list for everybody.</summary>
    void GlobalOffers(IReadOnlyList<ScoredOfferConfig> offers);

    /// <summary>Cap rules added or replaced; those with an empty document are removed.</summary>
    void CapRules(IReadOnlyList<NamedDocument> rules);

    /// <summary>Totals set.</summary>
    void Totals(IReadOnlyList<TotalRecord> totals);

    /// <summary>Members' states, replaced. Counters change without the member's version.</summary>
    void Members(IReadOnlyList<MemberRecord> members);

    /// <summary>Facts of one kind, added or replaced; those with an empty document are removed.</summary>
    void Facts(string kind, IReadOnlyList<NamedDocument> facts);

    /// <summary>
    /// Something was put into a generation, to be read by <see cref="ISharedJournal.ReadPuts"/>. The one member that is also called for commits of this node, after their commands
    /// were applied.
    /// </summary>
    void Put(PutRecord put);
}
