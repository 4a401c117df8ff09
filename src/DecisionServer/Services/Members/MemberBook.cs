using DecisionServer.Journal;
using DecisionServer.Store;

namespace DecisionServer.Services.Members;

/// <summary>Reads members from a transaction, and counts events in it.</summary>
internal static class MemberBook
{
    /// <summary>The member's state; an empty one where nothing is known.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: the member is new, and serving has no memory for another.</exception>
    public static MemberRecord Get(MemberWriter writer, IJournalTransaction transaction, string memberId)
    {
        if (transaction.GetMember(memberId) is { } known) return known;
        if (!writer.Members.Store.HasRoom)
            throw Errors.ResourceExhausted("member_id: there is no memory for a new member beside those held; Limits:MemberMebibytes raises the limit");
        return new MemberRecord { MemberId = memberId };
    }

    /// <summary>Events counted in total within a period.</summary>
    public static long Total(IJournalTransaction transaction, string name, int period)
    {
        var count = transaction.GetTotal(name, out var stored);
        return stored == MemberRecords.PeriodText(period) ? count : 0;
    }

    /// <summary>Counts an event in the counters found last (<see cref="MemberWriter.Targets"/>), in the transaction and in the changes of serving.</summary>
    /// <returns>The member with its counters.</returns>
    public static MemberRecord Count(
        MemberWriter writer, IJournalTransaction transaction, MemberChanges changes, MemberRecord record, Func<CapTarget, string> name, long ticks)
    {
        Dictionary<ulong, string>? names = null;
        var member = MemberKey.From(record.MemberId);
        foreach (ref readonly var target in writer.Targets.Span)
        {
            var period = writer.Members.Calendar.PeriodOf(target.Rule.Window.Kind, ticks);
            if (!target.Rule.IsPerMember)
            {
                CountTotal(writer, transaction, changes, in target, name(target), period);
                continue;
            }

            if (names is null) MemberRecords.ToServing(record, writer.Counters, names = []);
            names[target.Key] = name(target);
            writer.Counters.Add(target.Rule, target.Key, period, ticks, target.Keep);
            changes.Count(in member, in target, period, ticks);
        }

        return names is null ? record : record with { Counters = MemberRecords.ToJournal(writer.Counters, names) };
    }

    private static void CountTotal(
        MemberWriter writer, IJournalTransaction transaction, MemberChanges changes, in CapTarget target, string name, int period)
    {
        var count = transaction.GetTotal(name, out var stored);
        var storedPeriod = MemberRecords.ReadPeriod(stored);

        // An event of a period that is over counts nowhere.
        if (storedPeriod > period) return;
        if (count == 0 && !writer.Members.Totals.HasRoom(1))
            throw Errors.ResourceExhausted($"there is no room for the counter {name} beside the {Totals.MaxCounters} held; fewer caps by channel or placement need fewer");
        transaction.SetTotal(name, storedPeriod == period ? count + 1 : 1, MemberRecords.PeriodText(period));
        changes.CountTotal(target.Key, period);
    }
}
