using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>
/// Makes serving follow members and totals as truth has them. What decisions of this node have counted and truth does not know yet is counted on top.
/// One thread at a time.
/// </summary>
internal sealed class MemberFollower(Serving serving)
{
    private readonly MemberServing _members = serving.Members ?? throw new InvalidOperationException("Serving keeps no member state.");
    private readonly MemberStateBuffer _state = new();
    private readonly MemberCounters _counters = new();
    private readonly MemberCounters _stored = new();
    private readonly CapTargets _targets = new();
    private readonly List<Impression> _pending = [];

    /// <summary>Takes over a member's state and counters.</summary>
    public void Follow(MemberRecord record)
    {
        var member = MemberKey.From(record.MemberId);
        MemberRecords.ToServing(record, _state);
        MemberRecords.ToServing(record, _counters);

        // A decision counts and reports under this lock, so nothing falls between the two.
        lock (_members.Store.LockOf(member))
        {
            _members.Impressions.CopyPending(_pending, record.MemberId);
            foreach (var impression in _pending) Count(impression);
            _members.Store.Put(member, _state);

            // None are put only where there are some to replace.
            if (_counters.Count > 0 || _members.Store.TryRead(member, _stored)) _members.Store.Put(member, _counters);
        }
    }

    /// <summary>Takes over totals.</summary>
    public void Follow(IReadOnlyList<TotalRecord> totals)
    {
        if (totals.Count == 0) return;
        var keys = new HashSet<ulong>(totals.Count);
        foreach (var total in totals)
        {
            if (!CapRule.TryReadName(total.Counter, out var key)) continue;
            _members.Totals.Set(key, MemberRecords.ReadPeriod(total.Period), total.Value);
            keys.Add(key);
        }

        _members.Impressions.CopyPending(_pending, null);
        foreach (var impression in _pending)
        {
            Find(impression);
            foreach (ref readonly var target in _targets.Span)
            {
                if (!target.Rule.IsPerMember && keys.Contains(target.Key)) _members.Totals.Add(target.Key, _members.Calendar.PeriodOf(target.Rule.Window.Kind, impression.AtTicks));
            }
        }
    }

    /// <summary>Forgets a member.</summary>
    public void Forget(MemberKey member)
    {
        lock (_members.Store.LockOf(member)) _members.Store.Remove(member);
        _members.Impressions.Forget(member);
    }

    private void Count(Impression impression)
    {
        Find(impression);
        foreach (ref readonly var target in _targets.Span)
        {
            if (target.Rule.IsPerMember)
                _counters.Add(target.Rule, target.Key, _members.Calendar.PeriodOf(target.Rule.Window.Kind, impression.AtTicks), impression.AtTicks, target.Keep);
        }
    }

    private void Find(Impression impression) =>
        EventTargets.Find(serving, _targets, CapEvent.Impression, "", impression.OfferId, impression.Placement, impression.Channel);
}
