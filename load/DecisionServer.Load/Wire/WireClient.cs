using System.Collections.Concurrent;
using System.Diagnostics;
using DecisionServer.Load.Calls;

namespace DecisionServer.Load.Wire;

/// <summary>
/// A gRPC client for scenarios: awaits unary calls over a few connections that one thread serves. Any thread may call.
/// </summary>
/// <remarks>
/// A call that no connection takes (each has as many in flight as it may) waits here, first come, first served; its latency counts
/// for whoever measures around the await.
/// </remarks>
public sealed class WireClient : IDisposable, IAnswerSink
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private readonly Uri _server;
    private readonly int _streams;
    private readonly bool _continueInline;
    private readonly WireConnection?[] _connections;
    private readonly ConcurrentQueue<PendingCall> _queue = new();
    private readonly Doorbell _bell = new();
    private readonly Poller _poller = new();
    private readonly Thread _thread;
    private byte[] _message = new byte[1024];
    private volatile bool _stopping;
    private string _lastFault = "";
    private long _retryAt;
    private int _turn;

    /// <summary>Connects.</summary>
    /// <param name="server">http://host:port.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="streams">Calls in flight on each at most; the server's own limit counts, too.</param>
    /// <param name="continueInline">
    /// What follows an await runs on the client's own thread: cheaper, for code that only takes note of the reply and never blocks. Else on the pool.
    /// </param>
    /// <exception cref="WireException">Nothing there speaks HTTP/2.</exception>
    public WireClient(Uri server, int connections, int streams, bool continueInline = false)
    {
        _continueInline = continueInline;
        _server = server;
        _streams = streams;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => WireConnection.Open(server, this, streams, ConnectTimeout))];
        _thread = new Thread(Run) { Name = "wire", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Connections that had to be opened again.</summary>
    public int Reconnects { get; private set; }

    /// <summary>Sends the source's next request. The source is used by this client's thread only.</summary>
    /// <param name="source">Makes the request.</param>
    /// <param name="keep">Keep the answer's message.</param>
    public ValueTask<WireReply> Call(ICallSource source, bool keep = false)
    {
        PendingCall call = PendingCall.For(source, keep, _continueInline);
        ValueTask<WireReply> reply = call.Task;
        _queue.Enqueue(call);
        _bell.Ring();
        return reply;
    }

    /// <summary>Ends the calls in flight and closes the connections.</summary>
    public void Dispose()
    {
        _stopping = true;
        _bell.Ring();
        _thread.Join();
        _bell.Dispose();
    }

    /// <inheritdoc/>
    void IAnswerSink.Answered(in WireAnswer answer) =>
        ((PendingCall)answer.Token!).Complete(new WireReply(answer.Status, answer.MessageBytes, answer.Message, answer.Detail));

    private void Run()
    {
        Poller.WakeOnTime();
        while (!_stopping)
        {
            StartCalls();
            Poll();
        }

        foreach (WireConnection? connection in _connections)
            connection?.Dispose();
        while (_queue.TryDequeue(out PendingCall? call))
            call.Complete(new WireReply(CallStatus.Cancelled, 0, null, "the client was closed"));
    }

    private void StartCalls()
    {
        while (_queue.TryPeek(out PendingCall? call))
        {
            if (call.Source.MaxLength > _message.Length)
                _message = new byte[call.Source.MaxLength];
            WireConnection? free = NextFree(call.Source.MaxLength);
            if (free is null)
            {
                if (Array.TrueForAll(_connections, each => each is null))
                    FailQueued();
                return;
            }

            _queue.TryDequeue(out _);
            int length = call.Source.WriteNext(_message);
            free.Start(call.Source.Path, _message.AsSpan(0, length), Stopwatch.GetTimestamp(), call, call.Keep);
        }
    }

    private WireConnection? NextFree(int length)
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            int at = (int)((uint)_turn++ % (uint)_connections.Length);
            WireConnection? connection = _connections[at];
            if (connection is null || connection.Closed || (connection.Retiring && connection.Outstanding == 0))
                connection = Replace(at);
            if (connection is not null && connection.CanStart(length))
                return connection;
        }

        return null;
    }

    private WireConnection? Replace(int at)
    {
        _connections[at]?.Dispose();
        _connections[at] = null;
        if (Stopwatch.GetTimestamp() < _retryAt || _stopping)
            return null;
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

        return _connections[at];
    }

    private void FailQueued()
    {
        while (_queue.TryDequeue(out PendingCall? call))
            call.Complete(new WireReply(CallStatus.ConnectionLost, 0, null, _lastFault));
    }

    private void Poll()
    {
        _poller.Clear();
        foreach (WireConnection? connection in _connections)
        {
            connection?.Flush();
            _poller.Add(connection is null || connection.Closed ? -1 : connection.Handle, connection is { Closed: false, WantsToSend: true });
        }

        int bell = _poller.Add(_bell.Handle, toSend: false);
        _bell.Sleep();

        // A full queue waits for answers, not for the bell.
        bool work = _stopping || (_queue.TryPeek(out PendingCall? call) && NextFree(call.Source.MaxLength) is not null);
        _poller.Wait(work ? 0 : Stopwatch.Frequency / 10);
        _bell.Awake(_poller.Ready(bell));
        for (int i = 0; i < _connections.Length; i++)
        {
            if (_poller.Ready(i))
                _connections[i]?.Receive();
        }
    }
}
