using DecisionServer.Fleet.Puts;
using DecisionServer.Journal;
using DecisionServer.Services.Members;
using DecisionServer.Store;

namespace DecisionServer.Fleet;

/// <summary>Makes serving follow what other nodes have committed.</summary>
internal sealed class ServingFollower(Serving serving, ErasureLog erasures, MemberFollower members, GenerationRegistry registry, FleetFacts facts, PutPlaces puts) : IChangeVisitor
{
    public void Erased(ErasedMember erased)
    {
        erasures.Add(erased);
        members.Forget(erased.Member);

        // Generations wait for the disk, which news must not; until they have followed, a set may be read for a moment that its node has stopped serving already.
        ThreadPool.QueueUserWorkItem(static registry => registry.FollowErasures(), registry, preferLocal: false);
    }

    public void Availability(IReadOnlyList<AvailabilityRow> rows, ulong epoch) => serving.Availability.CatchUp(rows, epoch);

    public void Placements(IReadOnlyList<PlacementConfig> placements) => serving.PutPlacements(placements, out _, out _);

    public void SegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers) => serving.PutSegmentOffers(segment, offers);

    public void GlobalOffers(IReadOnlyList<ScoredOfferConfig> offers) => serving.PutGlobalOffers(offers);

    public void CapRules(IReadOnlyList<NamedDocument> rules) => serving.PutCaps(serving.Caps.With(
        [.. rules.Where(rule => rule.Content.Length > 0).Select(rule => CapRuleJson.Read(rule.Content))],
        [.. rules.Where(rule => rule.Content.Length == 0).Select(rule => rule.Name)],
        out _,
        out _));

    public void Totals(IReadOnlyList<TotalRecord> totals) => members.Follow(totals);

    public void Members(IReadOnlyList<MemberRecord> records)
    {
        foreach (var record in records) members.Follow(record);
    }

    public void Facts(string kind, IReadOnlyList<NamedDocument> documents) => facts.Put(kind, documents);

    public void Put(PutRecord put) => puts.Know(put);
}
