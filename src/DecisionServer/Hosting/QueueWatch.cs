using System.Diagnostics;
using DecisionServer.Options;

namespace DecisionServer.Hosting;

/// <summary>
/// Watches the queue of the thread pool, in which calls wait before their first instruction: how long it is, and how long what leaves it has waited.
/// </summary>
/// <remarks>
/// Nothing tells when a request came. So work items go through the queue beside them, some 2,000 a second while calls come. What leaves the queue came before
/// the oldest of these that is still in it, and has waited at least as long. The length costs a look at every thread's queue, and a clock is not
/// free either: only each 32nd call looks, and one that would be refused for a length read some milliseconds ago.
/// A call goes through this queue more than once: its socket, its connection, the call itself, and its answer's way back. What it waits in all is some eight
/// times what is seen here, 64 ms where this was 8 ms, so a limit of milliseconds in single digits is a limit on tens of them at the caller.
/// </remarks>
internal sealed class QueueWatch
{
    private const int SampleMask = 31;
    private const int FewestOfACore = 128;

    // At the pace of probes the average follows within some 100 ms.
    private const double Weight = 0.005;
    private const int Probes = 64;
    private static readonly long Stale = Ticks(5);
    private static readonly long Pace = Ticks(0.5);
    private readonly long _longest;
    private readonly long _target;
    private readonly StandingQueue _standing;
    private readonly Func<long> _length;
    private readonly Func<long> _clock;
    private readonly Action<IThreadPoolWorkItem> _enqueue;
    private readonly Lock _looking = new();
    private readonly Lock _judging = new();
    private readonly Probe[] _probes;
    private uint _passed;
    private uint _sent;
    private volatile uint _cameOut;
    private volatile bool _tooLong;
    private volatile bool _stands;
    private long _lookedAt;
    private long _sentAt;

    /// <summary>Watches the process's thread pool.</summary>
    /// <param name="limits">How long the queue may be, and how slow.</param>
    public QueueWatch(LimitOptions limits)
        : this(limits, () => ThreadPool.PendingWorkItemCount, Stopwatch.GetTimestamp, item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false))
    {
    }

    internal QueueWatch(LimitOptions limits, Func<long> length, Func<long> clock, Action<IThreadPoolWorkItem> enqueue)
    {
        (_length, _clock, _enqueue) = (length, clock, enqueue);
        _longest = limits.QueuedCalls;
        _target = Ticks(limits.QueueMilliseconds);
        _standing = new StandingQueue(_target, Weight, FewestOfACore * Environment.ProcessorCount);
        _lookedAt = _sentAt = clock() - Ticks(1000);
        _probes = [.. Enumerable.Range(0, Probes).Select(_ => new Probe(this))];
    }

    /// <summary>What was last seen speaks for refusing; it may be old.</summary>
    public bool MayRefuse => _tooLong || _stands;

    /// <summary>A call comes out of the queue.</summary>
    /// <returns>It is to be refused.</returns>
    public bool Refuses()
    {
        if ((Interlocked.Increment(ref _passed) & SampleMask) == 0)
            Look(_clock());
        if (!MayRefuse)
            return false;
        long now = _clock();
        if (_tooLong && now - Volatile.Read(ref _lookedAt) > Stale)
            Look(now);
        return _tooLong || (_stands && _probes[_cameOut % Probes].Age(now) > _target);
    }

    private static long Ticks(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);

    // One looks; the others go by what was seen before rather than wait.
    private void Look(long now)
    {
        if (!_looking.TryEnter())
            return;
        try
        {
            long length = _length();
            _tooLong = length > _longest;
            Volatile.Write(ref _lookedAt, now);
            if (now - _sentAt >= Pace && _probes[_sent % Probes].TrySend(now, length))
                (_sentAt, _sent) = (now, _sent + 1);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void CameOut(long sentAt, long ahead)
    {
        lock (_judging)
        {
            _cameOut++;
            _stands = _standing.Stands(_clock() - sentAt, ahead);
        }
    }

    /// <summary>Goes through the queue as a call does. Used again when it has come out.</summary>
    private sealed class Probe(QueueWatch watch) : IThreadPoolWorkItem
    {
        private volatile bool _underWay;
        private long _sentAt;
        private long _ahead;

        /// <summary>How long it has been in the queue; 0: it is not in it.</summary>
        public long Age(long now) => _underWay ? now - Volatile.Read(ref _sentAt) : 0;

        public bool TrySend(long now, long ahead)
        {
            if (_underWay)
                return false;
            Volatile.Write(ref _sentAt, now);
            _ahead = ahead;
            _underWay = true;
            watch._enqueue(this);
            return true;
        }

        public void Execute()
        {
            (long sentAt, long ahead) = (_sentAt, _ahead);
            _underWay = false;
            watch.CameOut(sentAt, ahead);
        }
    }
}
