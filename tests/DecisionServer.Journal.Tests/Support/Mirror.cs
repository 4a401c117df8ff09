using System.Globalization;
using System.Text.Json;
using DecisionServer.Store;

namespace DecisionServer.Journal.Tests.Support;

/// <summary>What a node serves, as lines by key: follows replays, other nodes' changes and own commands, so that nodes can be compared.</summary>
internal sealed class Mirror : IJournalVisitor, IChangeVisitor
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _state = new(StringComparer.Ordinal);
    private readonly List<ErasedMember> _erased = [];

    /// <summary>Makes the next effects of other nodes fail, so many times.</summary>
    public int Faults { get; set; }

    public int Replays { get; private set; }

    /// <summary>Everything, in order.</summary>
    public List<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _erased.Select(each => $"erased {each}"), .. _state.OrderBy(line => line.Key, StringComparer.Ordinal).Select(line => $"{line.Key} = {line.Value}")];
            }
        }
    }

    public string? this[string key]
    {
        get
        {
            lock (_gate) return _state.GetValueOrDefault(key);
        }
    }

    public void Set(string key, string? value)
    {
        lock (_gate)
        {
            if (value is null) _state.Remove(key);
            else _state[key] = value;
        }
    }

    public void Erased(ErasedMember erased)
    {
        if (Faults > 0)
        {
            Faults--;
            throw new InvalidOperationException("a bug in serving");
        }

        lock (_gate)
        {
            _erased.Add(erased);
            foreach (var key in _state.Keys.Where(key => key.StartsWith("member ", StringComparison.Ordinal) && MemberKey.From(key["member ".Length..]) == erased.Member).ToList())
                _state.Remove(key);
        }
    }

    public void Availability(IReadOnlyList<AvailabilityRow> rows, ulong epoch)
    {
        foreach (var row in rows) Set($"availability {row.Subject} {row.SubjectId} {row.Scope} {row.ScopeId}", row.ToString());
        Set("epoch", epoch.ToString(CultureInfo.InvariantCulture));
    }

    public void Placements(IReadOnlyList<PlacementConfig> placements)
    {
        foreach (var placement in placements) Set($"placement {placement.Name}", JsonSerializer.Serialize(placement));
    }

    public void SegmentOffers(string segment, IReadOnlyList<ScoredOfferConfig> offers) => Set($"segment {segment}", offers.Count == 0 ? null : string.Join(' ', offers));

    public void GlobalOffers(IReadOnlyList<ScoredOfferConfig> offers) => Set("global", offers.Count == 0 ? null : string.Join(' ', offers));

    public void CapRules(IReadOnlyList<NamedDocument> rules)
    {
        foreach (var rule in rules) Set($"cap {rule.Name}", rule.Content.Length == 0 ? null : rule.Content);
    }

    public void Totals(IReadOnlyList<TotalRecord> totals)
    {
        if (Faults > 0)
        {
            Faults--;
            throw new InvalidOperationException("a bug in serving");
        }

        foreach (var total in totals) Set($"total {total.Counter}", total.ToString());
    }

    public void Members(IReadOnlyList<MemberRecord> members)
    {
        foreach (var member in members) Set($"member {member.MemberId}", JsonSerializer.Serialize(member));
    }

    public void Facts(string kind, IReadOnlyList<NamedDocument> facts)
    {
        foreach (var fact in facts) Set($"fact {kind} {fact.Name}", fact.Content.Length == 0 ? null : fact.Content);
    }

    public void Put(PutRecord put) => Set($"put {put.Generation}", put.Sequence.ToString(CultureInfo.InvariantCulture));

    void IJournalVisitor.Erasures(IEnumerable<ErasedMember> erased)
    {
        List<ErasedMember> all = [.. erased];
        lock (_gate)
        {
            Replays++;
            _state.Clear();
            _erased.Clear();
            _erased.AddRange(all);
        }
    }

    void IJournalVisitor.Availability(IEnumerable<AvailabilityRow> rows, ulong epoch)
    {
        List<AvailabilityRow> all = [.. rows];
        if (epoch > 0) Availability(all, epoch);
    }

    void IJournalVisitor.Placements(IReadOnlyList<PlacementConfig> placements) => Placements(placements);

    void IJournalVisitor.Ladder(LadderConfig ladder)
    {
        foreach (var (segment, offers) in ladder.Segments) SegmentOffers(segment, offers);
        GlobalOffers(ladder.Global);
    }

    void IJournalVisitor.CapRules(IReadOnlyList<NamedDocument> rules) => CapRules(rules);

    void IJournalVisitor.Totals(IEnumerable<TotalRecord> totals)
    {
        foreach (var total in totals) Set($"total {total.Counter}", total.ToString());
    }

    void IJournalVisitor.Members(IEnumerable<MemberRecord> members) => Members([.. members]);

    void IJournalVisitor.Facts(IEnumerable<FactRecord> facts)
    {
        foreach (var fact in facts) Set($"fact {fact.Kind} {fact.Name}", fact.Content);
    }

    void IJournalVisitor.Puts(IReadOnlyList<PutRecord> puts)
    {
        foreach (var put in puts) Put(put);
    }
}
