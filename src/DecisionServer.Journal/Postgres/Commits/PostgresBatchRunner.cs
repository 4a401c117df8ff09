using Npgsql;

namespace DecisionServer.Journal;

/// <summary>How a try to run a batch ended.</summary>
internal enum BatchOutcome
{
    /// <summary>Committed, or there was nothing to commit; callers can be answered.</summary>
    Done,

    /// <summary>Undone: another node has changed what was read.</summary>
    Conflict,

    /// <summary>Undone: serving is too far behind to follow by what a commit brings along.</summary>
    Behind,
}

/// <summary>What a batch came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Sequence">Number of the commit; 0: there was none.</param>
/// <param name="Content">Its change.</param>
/// <param name="Before">Changes of others that were not applied when the commit began.</param>
internal sealed record BatchResult(BatchOutcome Outcome, long Sequence, byte[] Content, IReadOnlyList<Change> Before)
{
    public static BatchResult Of(BatchOutcome outcome) => new(outcome, 0, [], []);
}

/// <summary>
/// Runs a batch of commands in one commit. It runs until all rows that it wants were read, a round trip each time, whatever the number of commands; the last run
/// counts, and the commit is sent in one piece that verifies what was read. Where another node was faster, the batch runs again while it holds the row of
/// table meta: then nobody can be faster, and it is done with the second try.
/// </summary>
internal sealed class PostgresBatchRunner(WriterLink link, PostgresTransaction transaction, ChangeOrder order, Guid writer, TimeSpan timeout)
{
    // So many rounds of reading; rows that are wanted after them are read one by one.
    private const int MaxRounds = 6;

    private readonly MemberDocument _document = new();
    private readonly List<QueuedCommand> _executed = [];
    private readonly List<(QueuedCommand Command, Exception Fault)> _failed = [];
    private long _batches;

    /// <summary>Commands that are committed and not answered yet.</summary>
    public IReadOnlyList<QueuedCommand> Executed => _executed;

    /// <summary>Commands that have failed and not been told so.</summary>
    public IReadOnlyList<(QueuedCommand Command, Exception Fault)> Failed => _failed;

    /// <summary>Whether the last batch erased somebody.</summary>
    public bool Erased => transaction.Erased.Count > 0;

    /// <summary>Generations that the last batch has put something into.</summary>
    public IEnumerable<string> PutInto => transaction.Puts.Select(put => put.Generation).Distinct(StringComparer.Ordinal);

    /// <param name="batch">The commands.</param>
    /// <param name="hold">Nobody else commits meanwhile.</param>
    public BatchResult Run(List<QueuedCommand> batch, bool hold)
    {
        try
        {
            return TryRun(batch, hold);
        }
        catch (Exception e) when (PostgresFault.IsConflict(e) || PostgresFault.IsBehind(e))
        {
            order.Release();
            if (hold) Rollback();
            return BatchResult.Of(PostgresFault.IsBehind(e) ? BatchOutcome.Behind : BatchOutcome.Conflict);
        }
    }

    private BatchResult TryRun(List<QueuedCommand> batch, bool hold)
    {
        var rows = transaction.Rows;

        // 1. Execute, until nothing is wanted that was not read.
        transaction.Begin(anew: true);
        if (hold)
        {
            link.Connection.Run("BEGIN");
            rows.Fetch(hold: true);
            transaction.Begin(anew: false);
        }

        Execute(batch);
        for (var round = 1; rows.AnyWanted; round++)
        {
            rows.Fetch();
            transaction.Begin(anew: false);
            rows.AtOnce = round >= MaxRounds;
            Execute(batch);
        }

        if (!transaction.Wrote)
        {
            if (hold) Rollback();
            return BatchResult.Of(BatchOutcome.Done);
        }

        // 2. Commit in one piece. The batch is a transaction of its own unless one is open.
        var origin = new ChangeOrigin(writer, ++_batches, order.Epoch);
        var content = ChangeContent.Encode(transaction, origin, _document);
        using var commit = new NpgsqlBatch(link.Connection) { Timeout = (int)timeout.TotalSeconds + 2 };
        CommitStatements.Add(commit, transaction, link.Truth, order.Applied, content, _document);
        if (hold) commit.Add("COMMIT");
        order.Begin(_batches);
        return Send(commit, content);
    }

    private void Execute(List<QueuedCommand> batch)
    {
        _executed.Clear();
        _failed.Clear();
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
            catch (Exception e) when (!PostgresFault.IsOfTruth(e))
            {
                transaction.UndoCommand();
                _failed.Add((command, e));
            }
        }
    }

    private BatchResult Send(NpgsqlBatch commit, byte[] content)
    {
        long sequence;
        var before = new List<Change>();
        using (var reader = commit.ExecuteReader())
        {
            reader.Read();
            sequence = reader.GetInt64(0);
            reader.NextResult();
            while (reader.Read()) before.Add(new Change(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
            while (reader.NextResult())
            {
                // What does not raise is so.
            }
        }

        var state = transaction.Rows.State;
        transaction.Rows.State = state with { Sequence = sequence, Epoch = transaction.NewEpoch ?? state.Epoch, AvailabilityRows = state.AvailabilityRows + transaction.AddedRows };
        return new BatchResult(BatchOutcome.Done, sequence, content, before);
    }

    private void Rollback() => link.Connection.Run("ROLLBACK");
}
