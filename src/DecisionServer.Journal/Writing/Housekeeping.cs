using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>What the writer does between commits: carries the log over, removes the bytes of erased members, deletes old answers.</summary>
internal sealed class Housekeeping(OpenedJournal journal, JournalOptions options, TimeProvider clock, Failpoints failpoints, ILogger logger)
{
    // A page in the log has a header of 24 bytes.
    private const int LoggedPageBytes = 4096 + 24;
    private const int AnswersAtOnce = 200;
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(10);
    private readonly ErasurePurge _purge = new(journal, options.ErasurePurge, clock, logger);
    private bool _oldAnswers = true;

    /// <summary>About how many bytes the log holds that are not carried over.</summary>
    public long LogBytes => (long)journal.Database.PagesWritten(reset: false) * LoggedPageBytes;

    /// <summary>How long the writer may sleep when nothing comes.</summary>
    public TimeSpan Pause
    {
        get
        {
            if (_oldAnswers) return TimeSpan.Zero;
            if (!_purge.IsPending) return LongPause;
            var due = _purge.DueIn(idle: true);
            return due < TimeSpan.Zero ? TimeSpan.Zero : due;
        }
    }

    /// <summary>A batch is committed.</summary>
    public void Committed()
    {
        if (journal.Transaction.Erased.Count > 0) _purge.Note(journal.Transaction.Erased);
    }

    /// <param name="idle">Nothing waits.</param>
    public void Run(bool idle)
    {
        if (LogBytes >= options.CheckpointBytes) Checkpoint();
        if (_purge.IsPending && _purge.DueIn(idle) <= TimeSpan.Zero)
        {
            _purge.Run();
            journal.Database.PagesWritten(reset: true);
        }

        if (idle) DeleteOldAnswers();
    }

    private void Checkpoint()
    {
        failpoints.Pass(Failpoints.Checkpoint);
        journal.FlushMark();
        journal.Database.Checkpoint(truncate: false);
        journal.Database.PagesWritten(reset: true);
        failpoints.Pass(Failpoints.AfterCheckpoint);
    }

    // A few at a time, so that whoever comes meanwhile does not wait long.
    private void DeleteOldAnswers()
    {
        var before = (clock.GetUtcNow() - options.AnswersKept).UtcTicks;
        _oldAnswers = journal.Tables.Answers.AnyBefore(before);
        if (!_oldAnswers) return;
        var transaction = journal.Transaction;
        transaction.Begin();
        transaction.BeginCommand();
        transaction.DeleteOldAnswers(AnswersAtOnce);
        transaction.EndCommand();
        transaction.Commit();
        journal.PutMark();
    }
}
