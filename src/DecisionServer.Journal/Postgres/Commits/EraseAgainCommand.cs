using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>Erases those again whose erasure truth has forgotten. The result: those that it did not know.</summary>
internal sealed class EraseAgainCommand(IReadOnlyList<ErasedMember> members, IChangeVisitor serving) : IJournalCommand<IReadOnlyList<ErasedMember>>
{
    public IReadOnlyList<ErasedMember> Execute(IJournalTransaction transaction) => ((PostgresTransaction)transaction).EraseAgain(members);

    public void Apply(IReadOnlyList<ErasedMember> result)
    {
        foreach (var erased in result) serving.Erased(erased);
    }
}
