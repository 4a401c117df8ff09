using DecisionServer.Journal;
using DecisionServer.Services.Members;
using DecisionServer.Store;

namespace DecisionServer.Hosting;

/// <summary>Rebuilds serving from the journal, at start.</summary>
internal sealed class ServingReplay(Serving serving, ErasureLog erasures) : IJournalVisitor
{
    public void Erasures(IEnumerable<ErasedMember> erased)
    {
        foreach (var each in erased) erasures.Add(each);
    }

    public void Availability(IEnumerable<AvailabilityRow> rows, ulong epoch) => serving.Availability.Restore(rows, epoch);

    public void Placements(IReadOnlyList<PlacementConfig> placements) => serving.PutPlacements(placements, out _, out _);

    public void Ladder(LadderConfig ladder) => serving.RestoreLadder(ladder);

    public void CapRules(IReadOnlyList<NamedDocument> rules) => serving.PutCaps(MemberReplay.Compile(rules));

    public void Totals(IEnumerable<TotalRecord> totals) => MemberReplay.Totals(serving.Members!, totals);

    public void Members(IEnumerable<MemberRecord> members) => MemberReplay.Members(serving.Members!, members);

    public void Facts(IEnumerable<FactRecord> facts)
    {
        // Nothing that serves by itself knows facts: they are what nodes agree on.
    }
}
