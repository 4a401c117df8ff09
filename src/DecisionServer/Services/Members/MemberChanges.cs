using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>What a committed command changes in serving.</summary>
internal sealed class MemberChanges
{
    private readonly List<(MemberKey Member, CapTarget Target, int Period, long Ticks)> _counts = [];
    private readonly List<(ulong Key, int Period)> _totals = [];

    /// <summary>Members whose state is another one now.</summary>
    public List<MemberRecord> Members { get; } = [];

    /// <summary>Rows of availability that lost a unit.</summary>
    public List<AvailabilityRow> Rows { get; } = [];

    public void Count(in MemberKey member, in CapTarget target, int period, long ticks) => _counts.Add((member, target, period, ticks));

    public void CountTotal(ulong key, int period) => _totals.Add((key, period));

    /// <summary>On the journal's thread, after the commit: every decision that starts later sees it.</summary>
    public void Apply(Serving serving, MemberStateBuffer state, MemberCounters counters)
    {
        var members = serving.Members!;
        foreach (var record in Members)
        {
            var member = MemberKey.From(record.MemberId);
            MemberRecords.ToServing(record, state);
            lock (members.Store.LockOf(member)) members.Store.Put(member, state);
        }

        foreach (var (member, target, period, ticks) in _counts)
        {
            lock (members.Store.LockOf(member))
            {
                members.Store.TryRead(member, counters);
                counters.Add(target.Rule, target.Key, period, ticks, target.Keep);
                members.Store.Put(member, counters);
            }
        }

        foreach (var (key, period) in _totals) members.Totals.Add(key, period);
        serving.Availability.Follow(Rows);
    }
}
