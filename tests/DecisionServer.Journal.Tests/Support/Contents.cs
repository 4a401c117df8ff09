using System.Globalization;
using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>Collects everything a journal hands over as lines of text, to be compared.</summary>
internal sealed class Contents : IJournalVisitor
{
    public List<string> Lines { get; } = [];

    public List<MemberRecord> AllMembers { get; } = [];

    public void Erasures(IEnumerable<ErasedMember> erased) => Lines.AddRange(erased.Select(each => $"erased {each}"));

    public void Availability(IEnumerable<AvailabilityRow> rows, ulong epoch)
    {
        Lines.AddRange(rows.Select(row => $"availability {row}").Order(StringComparer.Ordinal));
        Lines.Add(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}"));
    }

    public void Placements(IReadOnlyList<PlacementConfig> placements) => Lines.AddRange(placements.Select(placement => $"placement {JsonSerializer.Serialize(placement)}"));

    public void Ladder(LadderConfig ladder)
    {
        Lines.AddRange(ladder.Segments.OrderBy(list => list.Key, StringComparer.Ordinal).Select(list => $"segment {list.Key}: {string.Join(' ', list.Value)}"));
        Lines.Add($"global: {string.Join(' ', ladder.Global)}");
    }

    public void CapRules(IReadOnlyList<NamedDocument> rules) => Lines.AddRange(rules.Select(rule => $"cap {rule}"));

    public void Totals(IEnumerable<TotalRecord> totals) => Lines.AddRange(totals.Select(total => $"total {total}"));

    public void Members(IEnumerable<MemberRecord> members)
    {
        AllMembers.AddRange(members);
        Lines.AddRange(AllMembers.Select(member => $"member {JsonSerializer.Serialize(member)}"));
    }

    public void Facts(IEnumerable<FactRecord> facts) => Lines.AddRange(facts.Select(fact => $"fact {fact.Kind} {fact.Name} {fact.Content}"));

    public void Puts(IReadOnlyList<PutRecord> puts) => Lines.AddRange(puts.Select(put => $"put {put}"));
}
