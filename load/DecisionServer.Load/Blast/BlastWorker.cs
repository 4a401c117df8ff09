using System.Diagnostics;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Running;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Blast;

/// <summary>One thread of a blast, with connections of its own.</summary>
internal sealed class BlastWorker : IAnswerSink
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // The open loop looks at its sockets and its schedule this often at most: what is due is sent together, as calls of a busy client are. A wake-up for
    // each call and each answer costs server and driver three times the processor time of the closed loop, whose half the rate is meant to be.
    private static readonly long Tick = Stopwatch.Frequency / 4_000;
    private readonly BlastOptions _options;
    private readonly ICallSource _calls;
    private readonly BlastWindow _window;
    private readonly ArrivalSchedule? _schedule;
    private readonly WireConnection[] _connections;
    private readonly ConnectionTurn _turn;
    private readonly Poller _poller = new();
    private readonly byte[] _message;
    private long _started;
    private long _nextTick;

    public BlastWorker(BlastOptions options, ICallSource calls, int connections, BlastWindow window, double rate)
    {
        _options = options;
        _calls = calls;
        _window = window;
        _turn = new ConnectionTurn(options.Bunch);
        _message = new byte[calls.MaxLength];
        _schedule = rate > 0 ? new ArrivalSchedule(window.Begin, rate, Stopwatch.Frequency) : null;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => Connect())];
    }

    public BlastTally Tally { get; } = new();

    public void Run()
    {
        Poller.WakeOnTime();
        if (_schedule is not null)
            DriverThread.First();
        while (true)
        {
            long now = AwaitTick();
            if (now >= _window.End && (now >= _window.GiveUp || (!Due(now) && Array.TrueForAll(_connections, each => each.Outstanding == 0))))
                break;
            StartCalls(now);
            Poll(now);
        }

        foreach (WireConnection connection in _connections)
        {
            connection.Abandon(CallStatus.Unanswered, "no answer before the run gave up waiting");
            connection.Dispose();
        }

        MissedCalls();
    }

    public void Answered(in WireAnswer answer)
    {
        // Open loop: every call due in the window counts, whenever its answer comes. Closed loop: every answer that comes in the window.
        long at = _schedule is null && answer.Status != CallStatus.Unanswered ? answer.Received : answer.Intended;
        string? detail = answer.Detail;
        CallStatus status = answer.Status;
        if (_calls.Deadline is { } deadline && deadline.Passed(answer.Intended, answer.Received))
            (status, detail) = (CallStatus.DeadlineExceeded, "the answer came after the deadline");
        if (status == CallStatus.Ok && answer.Message is not null && _calls.Check(answer.Message) is { } fault)
            (status, detail) = (CallStatus.WrongAnswer, fault);
        if (at >= _window.Start && at < _window.End)
            Tally.Count(status, answer, detail);
    }

    // Latencies count from the time a call was due, and to the time its answer was seen: the ticks are in them.
    private long AwaitTick()
    {
        long now = Stopwatch.GetTimestamp();
        if (_schedule is null)
            return now;
        if (now < _nextTick)
        {
            _poller.Clear();
            _poller.Wait(_nextTick - now);
            now = Stopwatch.GetTimestamp();
        }

        _nextTick = now + Tick;
        return now;
    }

    private bool Due(long now) => _schedule is not null && _schedule.NextDue < Math.Min(now, _window.End);

    private void StartCalls(long now)
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            WireConnection connection = _connections[i];
            if ((connection.Closed || (connection.Retiring && connection.Outstanding == 0)) && now < _window.End)
                Replace(i);
        }

        if (_schedule is not null)
        {
            StartDue(_schedule, now);
            return;
        }

        if (now >= _window.End)
            return;
        foreach (WireConnection connection in _connections)
        {
            while (connection.CanStart(_calls.MaxLength))
                Start(connection, now);
        }
    }

    // A call that is due goes to the next connection that takes it; where none does it stays due, and its latency grows, until its caller gives up.
    private void StartDue(ArrivalSchedule schedule, long now)
    {
        while (schedule.NextDue < _window.End && schedule.NextDue <= now)
        {
            if (_turn.Peek(_connections, _calls.MaxLength) is { } free)
            {
                _turn.Take();
                schedule.TryTake(now, out long due);
                Start(free, due);
            }
            else if (_calls.Deadline is { } deadline && deadline.Passed(schedule.NextDue, now))
            {
                schedule.TryTake(now, out long due);
                if (due >= _window.Start)
                    Tally.GaveUp();
            }
            else
            {
                return;
            }
        }
    }

    private void Start(WireConnection connection, long intended)
    {
        int length = _calls.WriteNext(_message);
        bool verify = _options.Verify > 0 && _started++ % _options.Verify == 0;
        connection.Start(_calls.Path, _message.AsSpan(0, length), intended, null, verify ? int.MaxValue : 0, _calls.Deadline?.Header);
    }

    private void Poll(long now)
    {
        _poller.Clear();
        foreach (WireConnection connection in _connections)
        {
            connection.Flush();
            _poller.Add(connection.Closed ? -1 : connection.Handle, connection.WantsToSend);
        }

        long until = now < _window.End ? _window.End : _window.GiveUp;
        if (_schedule is not null && _schedule.NextDue > now)
            until = Math.Min(until, _schedule.NextDue);
        _poller.Wait(Math.Min(until - Stopwatch.GetTimestamp(), Stopwatch.Frequency / 10));
        for (int i = 0; i < _connections.Length; i++)
        {
            if (_poller.Ready(i))
                _connections[i].Receive();
        }
    }

    private void Replace(int at)
    {
        _connections[at].Dispose();
        if (++Tally.Reconnects > 1000)
            throw new WireException($"the server closed a thousand connections; the last: {_connections[at].Fault}");
        _connections[at] = Connect();
    }

    private WireConnection Connect() => WireConnection.Open(_options.Server, this, _options.Streams, ConnectTimeout);

    private void MissedCalls()
    {
        long missed = 0;
        while (_schedule is not null && _schedule.NextDue < _window.End && _schedule.TryTake(long.MaxValue, out long due))
            missed += due >= _window.Start ? 1 : 0;
        Tally.Missed(missed);
    }
}
