using DecisionServer.Journal;

namespace DecisionServer.Services.Members;

/// <summary>Reads a member. On the journal's thread, so that it sees everything acknowledged before; it writes nothing.</summary>
internal sealed class GetMemberCommand(string memberId) : IJournalCommand<MemberRecord>
{
    public MemberRecord Execute(IJournalTransaction transaction) => transaction.GetMember(memberId) ?? new MemberRecord { MemberId = memberId };

    public void Apply(MemberRecord result)
    {
    }
}

/// <summary>Reads a stretch of a member's action log.</summary>
internal sealed class GetActionsCommand(string memberId, long after, int limit) : IJournalCommand<IReadOnlyList<ActionRecord>>
{
    public IReadOnlyList<ActionRecord> Execute(IJournalTransaction transaction) => transaction.GetActions(memberId, after, limit);

    public void Apply(IReadOnlyList<ActionRecord> result)
    {
    }
}
