namespace DecisionServer.Journal;

/// <summary>A change of truth, and what serving does about it. Both members run on the writer's one thread, so commands need no locks among themselves.</summary>
public interface IJournalCommand<TResult>
{
    /// <summary>
    /// Inside the transaction: checks, reads and writes of truth. It must judge by what the transaction reads, not by serving: commands executed before it
    /// in the same commit have not reached serving yet. Expected refusals are results. It must not block, and must not keep the transaction.
    /// It may run again, from the beginning, after all it did was undone; in a run that is undone, rows that are there may have looked absent.
    /// </summary>
    TResult Execute(IJournalTransaction transaction);

    /// <summary>After the commit, in commit order: makes serving follow. Must not throw, must not block.</summary>
    void Apply(TResult result);
}
