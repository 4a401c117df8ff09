using System.Collections.Concurrent;
using System.Diagnostics;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Measuring;

namespace DecisionServer.Load.Wire;

/// <summary>A gRPC client for scenarios: awaits unary calls over a few connections.</summary>
/// <remarks>
/// One thread serves the connections: the client's own, and then any thread may call; or the caller's (<see cref="ServedByCaller"/>), which then
/// is the only one that may. A call that no connection takes (each has as many in flight as it may) waits here, first come, first served; its
/// latency counts for whoever measures around the await. A call with a deadline ends with DEADLINE_EXCEEDED where its answer comes later than that,
/// and where it could not even be sent in time.
/// </remarks>
public sealed class WireClient : IDisposable, IAnswerSink
{
    /// <summary>Keep the whole message.</summary>
    public const int Whole = int.MaxValue;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // Looked at this often at most: what is due meanwhile is sent together, as calls of a busy client are, and answers are taken in together.
    private static readonly long Tick = Stopwatch.Frequency / 4_000;
    private readonly Uri _server;
    private readonly int _streams;
    private readonly WireConnection?[] _connections;
    private readonly ConcurrentQueue<PendingCall> _queue = new();
    private readonly PendingCalls _calls;
    private readonly ConnectionTurn _turn;
    private readonly Doorbell? _bell;
    private readonly Thread? _thread;
    private readonly Poller _poller = new();
    private byte[] _message = new byte[1024];
    private volatile bool _stopping;
    private bool _receiving;
    private string _lastFault = "";
    private long _retryAt;
    private long _nextTick;
    private long _due;

    /// <summary>Connects. A thread of its own serves the connections; what follows an await runs on the pool.</summary>
    /// <param name="server">http://host:port.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="streams">Calls in flight on each at most; the server's own limit counts, too.</param>
    /// <exception cref="WireException">Nothing there speaks HTTP/2.</exception>
    public WireClient(Uri server, int connections, int streams)
        : this(server, connections, streams, bunch: 1, served: false)
    {
        _bell = new Doorbell();
        _thread = new Thread(Serve) { Name = "wire", IsBackground = true };
        _thread.Start();
    }

    private WireClient(Uri server, int connections, int streams, int bunch, bool served)
    {
        _turn = new ConnectionTurn(bunch);
        _server = server;
        _streams = streams;
        _calls = new PendingCalls(continueInline: served);
        _connections = [.. Enumerable.Range(0, connections).Select(_ => WireConnection.Open(server, this, streams, ConnectTimeout))];
    }

    /// <summary>The slowest of the calls that were answered. Not for reading while calls are made.</summary>
    public SlowCalls Slowest { get; } = new();

    /// <summary>Connections that had to be opened again.</summary>
    public int Reconnects { get; private set; }

    /// <summary>
    /// A call would start at once. Where no connection is left the answer is yes as well: the call ends, as lost. For a client served by its caller.
    /// </summary>
    public bool HasRoom => _turn.Peek(_connections, _message.Length) is not null || Lost;

    /// <summary>The deadline of the call that was made last; null: it had none.</summary>
    public CallDeadline? LastDeadline { get; private set; }

    private bool Lost => Array.TrueForAll(_connections, each => each is null);

    /// <summary>Connects. The thread that calls serves the connections by <see cref="Run"/>, and what follows an await runs in it.</summary>
    /// <param name="server">http://host:port.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="streams">Calls in flight on each at most; the server's own limit counts, too.</param>
    /// <param name="bunch">Calls in a row on one connection.</param>
    /// <exception cref="WireException">Nothing there speaks HTTP/2.</exception>
    public static WireClient ServedByCaller(Uri server, int connections, int streams, int bunch = 1) => new(server, connections, streams, bunch, served: true);

    /// <summary>The next call was due then; otherwise calls are due when they are made. For a client served by its caller.</summary>
    /// <param name="due">In ticks of <see cref="Stopwatch"/>.</param>
    public void NextIsDue(long due) => _due = due;

    /// <summary>Sends the source's next request. The source is used by the thread that serves only.</summary>
    /// <param name="source">Makes the request.</param>
    /// <param name="keep">How much of the answer's message to keep, bytes; 0: nothing.</param>
    public ValueTask<WireReply> Call(ICallSource source, int keep = 0)
    {
        PendingCall call = _calls.Take(source, keep, _due != 0 ? _due : Stopwatch.GetTimestamp());
        ValueTask<WireReply> reply = call.Task;
        (_due, LastDeadline) = (0, source.Deadline);
        _queue.Enqueue(call);
        _bell?.Ring();
        if (_bell is null && !_receiving)
            StartCalls();
        return reply;
    }

    /// <summary>Sends and receives until then or until something came, on the caller's thread.</summary>
    /// <param name="until">In ticks of <see cref="Stopwatch"/>.</param>
    public void Run(long until)
    {
        Mend();
        StartCalls();
        Flush();
        long now = Stopwatch.GetTimestamp();
        if (now < _nextTick)
        {
            _poller.Clear();
            _poller.Wait(_nextTick - now);
            now = Stopwatch.GetTimestamp();
        }

        AddConnections();
        _poller.Wait(until - now);
        _nextTick = Stopwatch.GetTimestamp() + Tick;
        Receive();
    }

    /// <summary>Ends the calls in flight and closes the connections.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_bell is null)
        {
            End();
            return;
        }

        _bell.Ring();
        _thread!.Join();
        _bell.Dispose();
    }

    /// <inheritdoc/>
    void IAnswerSink.Answered(in WireAnswer answer)
    {
        var call = (PendingCall)answer.Token!;
        Slowest.Record(call.Due, answer.Received);
        bool late = call.Source.Deadline is { } deadline && deadline.Passed(call.Due, answer.Received);
        call.Complete(late
            ? new WireReply(CallStatus.DeadlineExceeded, 0, null, "the answer came after the deadline")
            : new WireReply(answer.Status, answer.MessageBytes, answer.Message, answer.Detail));
    }

    private void Serve()
    {
        Poller.WakeOnTime();
        while (!_stopping)
        {
            Mend();
            StartCalls();
            Flush();
            AddConnections();
            int bell = _poller.Add(_bell!.Handle, toSend: false);
            _bell.Sleep();

            // A full queue waits for answers, not for the bell.
            bool work = _stopping || (_queue.TryPeek(out PendingCall? call) && _turn.Peek(_connections, call.Source.MaxLength) is not null);
            _poller.Wait(work ? 0 : Stopwatch.Frequency / 10);
            _bell.Awake(_poller.Ready(bell));
            Receive();
        }

        End();
    }

    private void End()
    {
        foreach (WireConnection? connection in _connections)
            connection?.Dispose();
        while (_queue.TryDequeue(out PendingCall? call))
            call.Complete(new WireReply(CallStatus.Cancelled, 0, null, "the client was closed"));
    }

    private void StartCalls()
    {
        while (_queue.TryPeek(out PendingCall? call))
        {
            ICallSource source = call.Source;
            if (source.MaxLength > _message.Length)
                _message = new byte[source.MaxLength];
            WireConnection? free = _turn.Peek(_connections, source.MaxLength);
            if (free is null)
            {
                if (Lost)
                    FailQueued();
                else if (Expired(call))
                    continue;
                return;
            }

            _queue.TryDequeue(out _);
            _turn.Take();
            int length = source.WriteNext(_message);
            free.Start(source.Path, _message.AsSpan(0, length), call.Due, call, call.Keep, source.Deadline?.Header);
        }
    }

    // Its caller has given up while it waited.
    private bool Expired(PendingCall call)
    {
        if (call.Source.Deadline is not { } deadline || !deadline.Passed(call.Due, Stopwatch.GetTimestamp()))
            return false;
        _queue.TryDequeue(out _);
        call.Complete(new WireReply(CallStatus.DeadlineExceeded, 0, null, "never sent: no stream was free before the deadline"));
        return true;
    }

    private void Mend()
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            WireConnection? connection = _connections[i];
            if (connection is null || connection.Closed || (connection.Retiring && connection.Outstanding == 0))
                Replace(i);
        }
    }

    private void Replace(int at)
    {
        _connections[at]?.Dispose();
        _connections[at] = null;
        if (Stopwatch.GetTimestamp() < _retryAt || _stopping)
            return;
        try
        {
            _connections[at] = WireConnection.Open(_server, this, _streams, ConnectTimeout);
            Reconnects++;
        }
        catch (WireException fault)
        {
            _lastFault = fault.Message;
            _retryAt = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        }
    }

    private void FailQueued()
    {
        while (_queue.TryDequeue(out PendingCall? call))
            call.Complete(new WireReply(CallStatus.ConnectionLost, 0, null, _lastFault));
    }

    private void Flush()
    {
        foreach (WireConnection? connection in _connections)
            connection?.Flush();
    }

    private void AddConnections()
    {
        _poller.Clear();
        foreach (WireConnection? connection in _connections)
            _poller.Add(connection is null || connection.Closed ? -1 : connection.Handle, connection is { Closed: false, WantsToSend: true });
    }

    private void Receive()
    {
        _receiving = true; // What an answer's sink starts goes out with the next turn, not from within a connection that is being read.
        for (int i = 0; i < _connections.Length; i++)
        {
            if (_poller.Ready(i))
                _connections[i]?.Receive();
        }

        _receiving = false;
    }
}
