using DecisionServer.Store;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>
/// The journal in SQLite (WAL, synchronous=FULL): one thread writes. A batch is whatever has queued while the commit before it ran; nobody waits for a timer.
/// </summary>
/// <remarks>
/// Files in <see cref="JournalOptions.Directory"/>: journal.db with journal.db-wal and journal.db-shm, journal.mark (how many commits were acknowledged), and
/// erasures (who was erased, as hashes). Environment variable DECISIONSERVER_FAILPOINTS: for tests only.
/// </remarks>
public sealed class SqliteJournal : IJournal
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SpaceCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterRestart = TimeSpan.FromSeconds(30);

    // A yield returns at once where nobody else wants the processor: nobody waits for time to pass.
    private const int Yields = 4;

    private readonly JournalOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Failpoints _failpoints;
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly CommandQueue _queue;
    private readonly Thread _thread;
    private volatile JournalHealth _health = JournalHealth.Closed;
    private OpenedJournal? _journal;
    private BatchRunner _batches = null!;
    private Housekeeping _housekeeping = null!;
    private FreeSpace _space = null!;
    private int _lastBatch;
    private long _commits;
    private long _commands;
    private long _logBytes;

    /// <summary>Creates a journal that is not open yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SqliteJournal(JournalOptions options, TimeProvider clock, ILogger<SqliteJournal> logger)
        : this(options, clock, logger, Failpoints.FromEnvironment(), Schema.Migrations)
    {
    }

    internal SqliteJournal(
        JournalOptions options, TimeProvider clock, ILogger<SqliteJournal> logger, Failpoints failpoints, IReadOnlyList<Migration> migrations)
    {
        options.Validate();
        (_options, _clock, _logger, _failpoints, _migrations) = (options, clock, logger, failpoints, migrations);
        _queue = new CommandQueue(options.MaxQueued);
        _thread = new Thread(Loop) { Name = "journal", IsBackground = true };
    }

    /// <inheritdoc/>
    public event Action<JournalHealth>? HealthChanged;

    /// <inheritdoc/>
    public JournalHealth Health => _health;

    /// <inheritdoc/>
    public JournalStatistics Statistics =>
        new(Volatile.Read(ref _commits), Volatile.Read(ref _commands), _queue.Count, Volatile.Read(ref _logBytes));

    /// <inheritdoc/>
    public void Open()
    {
        if (_journal is not null) throw new InvalidOperationException("The journal is open already.");
        _journal = new JournalOpening(_options, _clock, _logger, _failpoints, _migrations).Open();
        _batches = new BatchRunner(_journal, _failpoints);
        _housekeeping = new Housekeeping(_journal, _options, _clock, _failpoints, _logger);
        _space = new FreeSpace(_options.Directory, _options.ReserveBytes);
    }

    /// <inheritdoc/>
    public void Replay(IJournalVisitor visitor)
    {
        if (_journal is null || _thread.IsAlive) throw new InvalidOperationException("Replay comes once, after Open.");
        Replaying.Run(_journal, visitor, _failpoints);
        Become(JournalHealth.Writable);
        _thread.Start();
    }

    /// <inheritdoc/>
    public Task<TResult> Write<TResult>(IJournalCommand<TResult> command, CancellationToken cancellation)
    {
        var health = _health;
        if (!health.IsWritable) return Task.FromException<TResult>(Refusal(health, null));
        var queued = new QueuedCommand<TResult>(command, cancellation);
        return _queue.TryAdd(queued)
            ? queued.Task
            : Task.FromException<TResult>(new JournalUnavailableException($"{_options.MaxQueued} writes wait for the journal already", SoonAgain));
    }

    /// <inheritdoc/>
    public Task Backup(string path, CancellationToken cancellation)
    {
        if (_journal is null) return Task.FromException(Refusal(JournalHealth.Closed, null));
        var database = _journal.Files.Database;
        return Task.Run(
            () =>
            {
                Journal.Backup.Write(database, path, cancellation);
                Log.BackedUp(_logger, path, new FileInfo(path).Length);
            },
            cancellation);
    }

    /// <summary>Runs what waits, carries the log over and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_journal is null) return;
        _queue.Close();
        if (_thread.IsAlive) await Task.Run(_thread.Join);
        if (_health.Condition != JournalCondition.Failed) CarryOver(_journal);
        Become(JournalHealth.Closed);
        _journal.Dispose();
        _journal = null;
    }

    private void Loop()
    {
        var batch = new List<QueuedCommand>(_options.MaxBatch);
        while (TakeNext(batch))
        {
            try
            {
                if (IsUsable()) Run(batch);
            }
            catch (Exception e)
            {
                // What the disk holds is in doubt now, and a further write could make it worse.
                _journal!.Transaction.Abandon();
                Become(new JournalHealth(JournalCondition.Failed, $"{_journal.Files.Database}: {e.Message}"));
                Log.Failed(_logger, e, _health.Reason);
                Refuse(batch, e);
            }

            Refuse(batch, null);
            batch.Clear();
        }
    }

    // Callers who were just answered are about to come again; letting them run before the next commit begins is what makes groups of them.
    private bool TakeNext(List<QueuedCommand> batch)
    {
        for (var i = 0; i < Yields && _queue.Count < _lastBatch; i++) Thread.Yield();
        var more = _queue.Take(batch, _options.MaxBatch, Pause());
        _lastBatch = batch.Count;
        return more;
    }

    private void Run(List<QueuedCommand> batch)
    {
        if (batch.Count > 0)
        {
            if (_batches.Run(batch))
            {
                Volatile.Write(ref _commits, _commits + 1);
                _housekeeping.Committed();
            }

            Volatile.Write(ref _commands, _commands + batch.Count);
            batch.Clear();
        }

        _housekeeping.Run(idle: _queue.Count == 0);
        Volatile.Write(ref _logBytes, _housekeeping.LogBytes);
    }

    private TimeSpan Pause() => _health.Condition switch
    {
        JournalCondition.Writable => _housekeeping.Pause,
        _ => SpaceCheck,
    };

    private bool IsUsable()
    {
        if (_health.Condition == JournalCondition.Failed) return false;
        var enough = _space.IsEnough(_housekeeping.LogBytes, out var fault);
        if (enough == _health.IsWritable) return enough;
        if (enough)
        {
            Become(JournalHealth.Writable);
            Log.SpaceAgain(_logger);
        }
        else
        {
            Become(new JournalHealth(JournalCondition.NoSpace, fault));
            Log.NoSpace(_logger, fault);
        }

        return enough;
    }

    // Those that have an answer keep it.
    private void Refuse(List<QueuedCommand> batch, Exception? cause)
    {
        foreach (var command in batch) command.Fail(Refusal(_health, cause));
    }

    private static JournalUnavailableException Refusal(JournalHealth health, Exception? cause) => new(
        $"the journal accepts no writes: {health.Reason}", health.Condition == JournalCondition.Failed ? AfterRestart : SpaceCheck, cause);

    private void CarryOver(OpenedJournal journal)
    {
        try
        {
            journal.Database.Checkpoint(truncate: true);
            journal.FlushMark();
        }
        catch (Exception e) when (e is SqliteFault or IOException)
        {
            Log.Failed(_logger, e, e.Message);
        }
    }

    private void Become(JournalHealth health)
    {
        _health = health;
        HealthChanged?.Invoke(health);
    }
}
