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
        _executed.Clear();

        // 1. Execute. One that fails is undone alone.
        transaction.Begin();
        foreach (var command in batch)
        {
            if (command.TryCancel()) continue;
            transaction.BeginCommand();
            try
            {
                command.Execute(transaction);
                transaction.EndCommand();
                _executed.Add(command);
            }
            catch (Exception e) when (IsOfOneCommand(e))
            {
                transaction.UndoCommand();
                command.Fail(e);
            }
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

    // What a disk or a damaged file does concerns all that follow.
    private static bool IsOfOneCommand(Exception e) => e switch
    {
        SqliteFault fault => fault.IsOfOneCommand,
        IOException or JournalDamagedException => false,
        _ => true,
    };
}
