using DecisionServer.Journal;

namespace DecisionServer.Services.Journaling;

/// <summary>Reads from truth and changes nothing.</summary>
internal sealed class ReadCommand<TResult>(Func<IJournalTransaction, TResult> read) : IJournalCommand<TResult>
{
    public TResult Execute(IJournalTransaction transaction) => read(transaction);

    public void Apply(TResult result)
    {
        // Nothing has changed.
    }
}
