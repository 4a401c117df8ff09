using DecisionServer.Fleet;
using DecisionServer.Fleet.Puts;
using DecisionServer.Journal;
using DecisionServer.Services.Members;
using DecisionServer.Store;

namespace DecisionServer.Hosting;

/// <summary>
/// Rebuilds serving from the journal, at start; and again while it serves, where a node was left behind so far that single changes are not kept any more.
/// Truth only grows, so what is there is replaced by what is newer.
/// </summary>
internal sealed class ServingReplay(Serving serving, ErasureLog erasures, MemberFollower members, GenerationRegistry registry, FleetFacts facts, PutPlaces places) : IJournalVisitor
{
    private bool _hasBegun;
    private bool _isAgain;

    // The first of all: once more also where truth was lost in the middle of the first time.
    public void Erasures(IEnumerable<ErasedMember> erased)
    {
        (_isAgain, _hasBegun) = (_hasBegun, true);
        foreach (var each in erasures.CatchUp(erased))
        {
            if (_isAgain) members.Forget(each.Member);
        }
    }

    public void Availability(IEnumerable<AvailabilityRow> rows, ulong epoch)
    {
        if (_isAgain) serving.Availability.CatchUp(rows, epoch);
        else serving.Availability.Restore(rows, epoch);
    }

    public void Placements(IReadOnlyList<PlacementConfig> placements) => serving.PutPlacements(placements, out _, out _);

    public void Ladder(LadderConfig ladder) => serving.RestoreLadder(ladder);

    public void CapRules(IReadOnlyList<NamedDocument> rules) => serving.PutCaps(MemberReplay.Compile(rules));

    public void Totals(IEnumerable<TotalRecord> totals)
    {
        if (_isAgain) members.Follow([.. totals]);
        else MemberReplay.Totals(serving.Members!, totals);
    }

    public void Members(IEnumerable<MemberRecord> records)
    {
        if (_isAgain)
        {
            foreach (var record in records) members.Follow(record);
        }
        else
        {
            MemberReplay.Members(serving.Members!, records);
        }
    }

    public void Facts(IEnumerable<FactRecord> all)
    {
        facts.Replace(all);
        if (_isAgain) registry.FollowErasures();
    }

    public void Puts(IReadOnlyList<PutRecord> puts)
    {
        foreach (var put in puts) places.Know(put);
    }
}
