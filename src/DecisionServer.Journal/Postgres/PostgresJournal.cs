using DecisionServer.Store;
using Microsoft.Extensions.Logging;

namespace DecisionServer.Journal;

/// <summary>
/// The journal in PostgreSQL, for several nodes: one thread of each writes, over one connection. A batch is whatever has queued while the commit before it ran; its
/// rows are read in a few round trips, its commit is one more. Serving follows all nodes' commits in their one order.
/// </summary>
/// <remarks>
/// A restored database, a fail-over and a point in time gone back to are recognized by themselves (<see cref="ISharedJournal.Epoch"/>). Where files were put
/// back beneath PostgreSQL without any of these signs, run <c>SELECT new_epoch()</c> in the journal's schema before the first node starts.
/// </remarks>
public sealed class PostgresJournal : ISharedJournal
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LaterAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    // A yield returns at once where nobody else wants the processor: nobody waits for time to pass.
    private const int Yields = 4;

    // Where nodes get in each other's way, so many batches go straight to holding the row of all commits.
    private const int HoldAfterConflict = 16;

    // Within a commit that holds up all others, no more than this.
    private const int MaxHeldBatch = 256;

    private readonly PostgresJournalOptions _options;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly IChangeVisitor _changes;
    private readonly Guid _writer = Guid.NewGuid();
    private readonly PostgresLink _link;
    private readonly WriterLink _writerLink;
    private readonly ChangeOrder _order;
    private readonly ChangeReader _reader;
    private readonly PostgresBatchRunner _batches;
    private readonly PostgresHousekeeping _housekeeping;
    private readonly Backoff _backoff;
    private readonly CommandQueue _queue;
    private readonly Thread _thread;
    private volatile JournalHealth _health = JournalHealth.Closed;
    private volatile IJournalVisitor? _visitor;
    private ErasureMemory? _erasures;
    private bool _opened;
    private bool _disposed;
    private int _lastBatch;
    private int _holds;
    private long _probedAt;
    private long _commits;
    private long _commands;

    /// <summary>Creates a journal that is not open yet.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="changes">Receives what other nodes commit.</param>
    /// <param name="clock">Gives commands their instant.</param>
    /// <param name="logger">Gets no connection string.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PostgresJournal(PostgresJournalOptions options, IChangeVisitor changes, TimeProvider clock, ILogger<PostgresJournal> logger)
        : this(options, changes, clock, logger, PostgresSchema.Migrations)
    {
    }

    internal PostgresJournal(
        PostgresJournalOptions options, IChangeVisitor changes, TimeProvider clock, ILogger<PostgresJournal> logger, IReadOnlyList<Migration> migrations)
    {
        options.Validate();
        (_options, _logger, _migrations, _changes) = (options, logger, migrations, changes);
        _link = new PostgresLink(options);
        _writerLink = new WriterLink(_link);
        _order = new ChangeOrder(changes, _writer, logger);
        _reader = new ChangeReader(_link, _order, () => _visitor ?? throw new JournalUnavailableException("the journal was not replayed yet", LaterAgain), logger);
        _batches = new PostgresBatchRunner(_writerLink, new PostgresTransaction(_writerLink.Rows, options.AnswersKept, clock), _order, _writer, options.Timeout);
        _housekeeping = new PostgresHousekeeping(_link, options, clock, logger);
        _backoff = new Backoff(SoonAgain, TimeSpan.FromSeconds(3));
        _queue = new CommandQueue(options.MaxQueued);
        _thread = new Thread(Loop) { Name = "journal", IsBackground = true };
    }

    /// <inheritdoc/>
    public event Action<JournalHealth>? HealthChanged;

    /// <inheritdoc/>
    public event Action<IReadOnlyList<Change>>? Committed;

    /// <inheritdoc/>
    public JournalHealth Health => _health;

    /// <inheritdoc/>
    public JournalStatistics Statistics => new(Volatile.Read(ref _commits), Volatile.Read(ref _commands), _queue.Count, 0);

    /// <inheritdoc/>
    public string Epoch => _order.Epoch;

    /// <inheritdoc/>
    public long Applied => _order.Applied;

    /// <inheritdoc/>
    public long Known => _order.Known;

    /// <inheritdoc/>
    public void Open()
    {
        try
        {
            if (_options.ErasureFile.Length > 0) _erasures ??= new ErasureMemory(_options.ErasureFile);
            new PostgresOpening(_link, _options, _logger, _migrations).Run();
            _opened = true;
        }
        catch (Exception e) when (PostgresFault.IsOfTruth(e))
        {
            throw Unreachable(e);
        }
    }

    /// <inheritdoc/>
    public void Replay(IJournalVisitor visitor)
    {
        if (!_opened || _thread.IsAlive) throw new InvalidOperationException("Replay comes once, after Open.");
        try
        {
            _visitor = visitor;
            _order.NeedReplay();
            _reader.Replay(onlyIfNeeded: true, CancellationToken.None);
            Connect();
        }
        catch (Exception e) when (PostgresFault.IsOfTruth(e))
        {
            throw Unreachable(e);
        }

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
    public bool Follow(IReadOnlyList<Change> changes) => _order.Follow(changes);

    /// <inheritdoc/>
    public Task<CatchUp> CatchUp(CancellationToken cancellation) => Reach(() => Task.Run(() => _reader.CatchUp(cancellation), cancellation));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Change>> Read(long after, int max, CancellationToken cancellation) => Reach(() => _reader.Read(after, max, cancellation));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GenerationPut>> ReadPuts(string generation, PutPlace after, long upTo, CancellationToken cancellation) =>
        Reach(() => _reader.ReadPuts(generation, after, upTo, cancellation));

    /// <inheritdoc/>
    public async Task<FleetView> Beat(NodeRecord self, CancellationToken cancellation)
    {
        var view = await Reach(() => FleetRegistry.Beat(_link, self, cancellation));
        if (view.Epoch == Epoch) _order.Know(view.Sequence);
        return view;
    }

    /// <inheritdoc/>
    public Task Leave(string name, Guid incarnation, CancellationToken cancellation) => Reach(async () =>
    {
        await FleetRegistry.Leave(_link, name, incarnation, cancellation);
        return true;
    });

    /// <inheritdoc/>
    public Task Backup(string path, CancellationToken cancellation) => Task.FromException(new BackupElsewhereException(
        $"the journal is in PostgreSQL, schema {_options.Schema}: back it up there, with pg_dump or pg_basebackup and archived logs; a restored one is recognized"));

    /// <summary>Runs what waits, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _queue.Close();
        if (_thread.IsAlive) await Task.Run(_thread.Join);
        Become(JournalHealth.Closed);
        _writerLink.Dispose();
        _link.Dispose();
        _erasures?.Dispose();
    }

    private void Loop()
    {
        var batch = new List<QueuedCommand>(_options.MaxBatch);
        while (TakeNext(batch))
        {
            try
            {
                if (_writerLink.IsOpen || (_backoff.IsOver && Connect())) Run(batch);
            }
            catch (JournalUnavailableException e)
            {
                foreach (var command in batch) command.Fail(e);
            }
            catch (Exception e)
            {
                Lose(e);
                foreach (var command in batch) command.Fail(Refusal(_health, e));
            }

            foreach (var command in batch) command.Fail(Refusal(_health, null));
            batch.Clear();
        }
    }

    // Callers who were just answered are about to come again; letting them run before the next commit begins is what makes groups of them.
    private bool TakeNext(List<QueuedCommand> batch)
    {
        for (var i = 0; i < Yields && _queue.Count < _lastBatch; i++) Thread.Yield();
        var pause = _writerLink.IsOpen ? ProbeEvery : _backoff.Left;
        var more = _queue.Take(batch, _holds > 0 ? Math.Min(MaxHeldBatch, _options.MaxBatch) : _options.MaxBatch, pause);
        _lastBatch = batch.Count;
        return more;
    }

    private void Run(List<QueuedCommand> batch)
    {
        if (batch.Count > 0)
        {
            var count = batch.Count;
            RunBatch(batch);
            Volatile.Write(ref _commands, _commands + count);
            batch.Clear();
        }

        if (TimeProvider.System.GetElapsedTime(_probedAt) >= ProbeEvery && _queue.Count == 0) Probe();
        _housekeeping.Run(_writerLink.Connection);
    }

    private void RunBatch(List<QueuedCommand> batch)
    {
        // 1. Until it is committed. A conflict, and being behind, can come once each in a row.
        var hold = _holds > 0;
        if (hold) _holds--;
        for (var tries = 1; ; tries++)
        {
            BatchResult result;
            try
            {
                result = _batches.Run(batch, hold);
            }
            catch (Exception e) when (PostgresFault.IsUndone(e) && batch.Count > 1 && IsOfRows(e))
            {
                // One of them wrote what cannot be stored; the others are not at fault.
                Isolate(batch);
                return;
            }
            catch (Exception e) when (PostgresFault.IsUndone(e) && IsOfRows(e))
            {
                _order.Release();
                batch[0].Fail(e);
                Reconnect(e);
                return;
            }

            if (result.Outcome == BatchOutcome.Done)
            {
                Answer(result);
                return;
            }

            if (tries >= 5) throw new IOException("truth was changed while nobody else could change it; the connection is made anew");
            if (result.Outcome == BatchOutcome.Behind) _reader.CatchUp(CancellationToken.None);
            else (hold, _holds) = (true, HoldAfterConflict);
        }
    }

    // 2. Serving follows, then the callers are told.
    private void Answer(BatchResult result)
    {
        if (result.Sequence > 0)
        {
            Volatile.Write(ref _commits, _commits + 1);
            _erasures?.Follow(_writerLink.Connection, _batches.Erased);
            if (!_order.Committed(result.Sequence, result.Before, () => Apply(result.Sequence))) _reader.Replay(onlyIfNeeded: true, CancellationToken.None);
            Committed?.Invoke([.. result.Before, new Change(result.Sequence, result.Content)]);
        }
        else
        {
            Apply(0);
        }

        foreach (var command in _batches.Executed) command.Complete();
        foreach (var (command, fault) in _batches.Failed) command.Fail(fault);
    }

    private void Apply(long sequence)
    {
        foreach (var command in _batches.Executed) command.Apply();
        if (sequence == 0) return;
        foreach (var generation in _batches.PutInto) _changes.Put(new PutRecord(generation, sequence));
    }

    private void Isolate(List<QueuedCommand> batch)
    {
        _order.Release();
        Reconnect(null);
        foreach (var command in batch) RunBatch([command]);
    }

    // Values that PostgreSQL does not take, or a limit of its own.
    private static bool IsOfRows(Exception e) => e is Npgsql.PostgresException { SqlState: ['2', '2', ..] or ['2', '3', ..] or ['5', '4', ..] };

    private void Probe()
    {
        _probedAt = TimeProvider.System.GetTimestamp();
        _writerLink.Rows.Begin(anew: true);
        _writerLink.Rows.Fetch();
        var state = _writerLink.Rows.State;
        if ((state.Journal, state.Table) != _writerLink.Truth || state.Sequence < _order.Applied) throw new IOException("truth was replaced");
        _order.Know(state.Sequence);
        _erasures?.Follow(_writerLink.Connection);
    }

    /// <summary>Connects, finds out whether truth is the one that serving follows, and accepts commands.</summary>
    private bool Connect()
    {
        var epoch = _writerLink.Open();
        var sequence = _writerLink.Rows.State.Sequence;
        if (epoch == _order.Epoch && sequence < _order.Applied)
        {
            _reader.WentBack(_writerLink.Connection, sequence);
            _order.NeedReplay();
            throw new IOException("truth was replaced");
        }

        if (epoch != _order.Epoch) _order.NeedReplay();
        _reader.Replay(onlyIfNeeded: true, CancellationToken.None);
        if (_erasures?.Compare(_writerLink.Connection) is { Count: > 0 } forgotten) EraseAgain(forgotten);
        _order.Know(sequence);
        _probedAt = TimeProvider.System.GetTimestamp();
        _backoff.Reset();
        Become(JournalHealth.Writable);
        Log.Reached(_logger, _link.Name, sequence);
        return true;
    }

    private void EraseAgain(IReadOnlyList<ErasedMember> forgotten)
    {
        var again = new QueuedCommand<IReadOnlyList<ErasedMember>>(new EraseAgainCommand(forgotten, _changes), CancellationToken.None);
        RunBatch([again]);
        if (again.Task.GetAwaiter().GetResult().Count is > 0 and var count) Log.ErasedAgainInTruth(_logger, _link.Name, count);
        _erasures!.Follow(_writerLink.Connection);
    }

    // Its commit, if one was sent, is open now; should it have happened, it comes back as a change.
    private void Lose(Exception e)
    {
        _order.Release();
        if (PostgresFault.IsHeldUp(e)) CloseStuck();
        _writerLink.Drop();
        _backoff.Wait();
        var reason = $"{_link.Name}: {PostgresFault.Describe(e)}";
        if (_health.IsWritable) Log.Unreachable(_logger, _link.Name, PostgresFault.Describe(e));
        Become(new JournalHealth(JournalCondition.Unreachable, reason));
    }

    private void Reconnect(Exception? cause)
    {
        _writerLink.Drop();
        if (!Connect()) throw new IOException("there is no connection", cause);
    }

    private void CloseStuck()
    {
        try
        {
            using var connection = _link.Open();
            _housekeeping.CloseStuck(connection);
        }
        catch (Exception e) when (PostgresFault.IsOfTruth(e))
        {
            Log.NotTidied(_logger, _link.Name, PostgresFault.Describe(e));
        }
    }

    private async Task<T> Reach<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (PostgresFault.IsOfTruth(e))
        {
            throw Unreachable(e);
        }
    }

    private JournalUnavailableException Unreachable(Exception e) => new($"{_link.Name}: {PostgresFault.Describe(e)}", LaterAgain, e);

    private static JournalUnavailableException Refusal(JournalHealth health, Exception? cause) => new(
        $"the journal accepts no writes: {(health.Reason.Length > 0 ? health.Reason : "the link to it was lost")}", LaterAgain, cause);

    private void Become(JournalHealth health)
    {
        if (_health == health) return;
        _health = health;
        HealthChanged?.Invoke(health);
    }
}
