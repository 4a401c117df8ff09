namespace DecisionServer.Journal;

/// <summary>Runs a batch of commands in one transaction.</summary>
internal sealed class BatchRunner(OpenedJournal journal, Failpoints failpoints)
{
    private readonly List<QueuedCommand> _executed = [];

    /// <summary>Runs them and answers their callers.</summary>
    /// <returns>Whether there was anything to write.</returns>
    /// <exception cref="Exception">The batch is undone or in doubt, and those of <paramref name="batch"/> that have no answer yet get none here.</exception>
    public bool Run(List<QueuedCommand> batch)
    {
        var transaction = journal.Transaction;

        // 1. Execute. That a command fails after it has written is so rare that savepoints are set only once it has happened: each would copy all pages it touches.
        transaction.Begin(withSavepoints: false);
        if (!TryExecute(batch, withSavepoints: false))
        {
            transaction.Rollback();
            transaction.Begin(withSavepoints: true);
            TryExecute(batch, withSavepoints: true);
        }

        // 2. Make it durable, and leave a witness.
        var written = transaction.Commit();
        if (written) journal.PutMark();

        // 3. Serving follows, then the callers are told.
        foreach (var command in _executed) command.Apply();
        if (written) failpoints.Pass(Failpoints.BeforeAnswer);
        foreach (var command in _executed) command.Complete();
        return written;
    }

    /// <returns>False: a command has failed that cannot be undone alone; all of them must run again, with savepoints.</returns>
    private bool TryExecute(List<QueuedCommand> batch, bool withSavepoints)
    {
        var transaction = journal.Transaction;
        _executed.Clear();
        foreach (var command in batch)
        {
            if (command.IsOver()) continue;
            transaction.BeginCommand();
            try
            {
                command.Execute(transaction);
                transaction.EndCommand();
                _executed.Add(command);
            }
            catch (Exception e) when (IsOfOneCommand(e))
            {
                if (transaction.CommandWrote && !withSavepoints) return false;
                transaction.UndoCommand();
                command.Fail(e);
            }
        }

        return true;
    }

    // What a disk or a damaged file does concerns all that follow.
    private static bool IsOfOneCommand(Exception e) => e switch
    {
        SqliteFault fault => fault.IsOfOneCommand,
        IOException or JournalDamagedException => false,
        _ => true,
    };
}
