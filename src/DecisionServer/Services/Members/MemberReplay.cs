using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Rebuilds what serving knows of members and caps, at start.</summary>
internal static class MemberReplay
{
    /// <summary>The caps of their documents.</summary>
    public static CapRuleSet Compile(IReadOnlyList<NamedDocument> documents) =>
        CapRuleSet.Empty.With([.. documents.Select(document => CapRuleJson.Read(document.Content))], [], out _, out _);

    /// <summary>All totals.</summary>
    public static void Totals(MemberServing serving, IEnumerable<TotalRecord> totals)
    {
        foreach (var total in totals)
        {
            if (CapRule.TryReadName(total.Counter, out var key)) serving.Totals.Set(key, MemberRecords.ReadPeriod(total.Period), total.Value);
        }
    }

    /// <summary>All members.</summary>
    /// <exception cref="InvalidOperationException">There are more than memory is allowed for.</exception>
    public static void Members(MemberServing serving, IEnumerable<MemberRecord> members)
    {
        var (state, counters) = (new MemberStateBuffer(), new MemberCounters());
        foreach (var record in members)
        {
            if (serving.Store.IsFull)
                throw new InvalidOperationException("The members of the journal do not fit the memory allowed for them; Limits:MemberMebibytes raises the limit.");
            var member = MemberKey.From(record.MemberId);
            MemberRecords.ToServing(record, state);
            serving.Store.Put(member, state);
            if (record.Counters.Count == 0) continue;
            MemberRecords.ToServing(record, counters);
            serving.Store.Put(member, counters);
        }
    }
}
