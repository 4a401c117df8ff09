using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace DecisionServer.Load.Wire;

/// <summary>
/// One HTTP/2 connection for unary gRPC calls. Not thread-safe: one thread starts calls, flushes and receives; it never blocks.
/// </summary>
public sealed class WireConnection : IDisposable
{
    private const int MessagePrefix = 5;
    private const int MaxFrame = 16 * 1024;
    private const int SendHighWater = 256 * 1024;
    private readonly Socket _socket;
    private readonly IAnswerSink _sink;
    private readonly int _streamLimit;
    private readonly FrameReader _reader = new();
    private readonly SendBuffer _send = new();
    private readonly StreamTable _streams;
    private readonly HeaderCache _headerCache = new();
    private readonly HeaderCache _trailerCache = new();
    private readonly PeerSettings _peer;
    private readonly HeaderEncoder _headers;
    private readonly List<byte> _fragments = [];
    private int _fragmentsOf;
    private bool _fragmentsEndStream;
    private bool _goingAway;
    private long _now;
    private long _toGrant;

    private WireConnection(Socket socket, string authority, PeerSettings peer, IAnswerSink sink, int streams)
    {
        _socket = socket;
        _peer = peer;
        _sink = sink;
        _streamLimit = streams;
        _streams = new StreamTable(streams);
        _headers = new HeaderEncoder(authority, peer.HeaderTableSize >= 4096);
    }

    /// <summary>The socket's handle, for polling.</summary>
    public int Handle => (int)_socket.Handle;

    /// <summary>Calls in flight.</summary>
    public int Outstanding => _streams.Count;

    /// <summary>The connection is of no use any more; its calls have ended.</summary>
    public bool Closed { get; private set; }

    /// <summary>Why it closed.</summary>
    public string? Fault { get; private set; }

    /// <summary>No further call can be started here, those in flight go on: replace it when they have ended.</summary>
    public bool Retiring => _goingAway || _streams.Exhausted;

    /// <summary>Bytes wait for room in the socket.</summary>
    public bool WantsToSend => _send.Pending > 0;

    /// <summary>Connects, and waits for the peer's settings.</summary>
    /// <param name="server">http://host:port.</param>
    /// <param name="sink">Gets the ends of calls.</param>
    /// <param name="streams">Calls in flight at most; the peer's own limit counts, too.</param>
    /// <param name="timeout">How long to wait for the peer.</param>
    /// <exception cref="WireException">Nothing there speaks HTTP/2.</exception>
    public static WireConnection Open(Uri server, IAnswerSink sink, int streams, TimeSpan timeout)
    {
        Socket socket = Handshake.Connect(server, timeout);
        try
        {
            PeerSettings peer = Handshake.Greet(socket, timeout);
            socket.Blocking = false;
            return new WireConnection(socket, server.Authority, peer, sink, streams);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a call with a message of that length can be started now.</summary>
    /// <param name="messageLength">Bytes of the message.</param>
    public bool CanStart(int messageLength) =>
        !Closed && !Retiring && _streams.Count < Math.Min(_streamLimit, _peer.MaxConcurrentStreams)
        && _peer.SendWindow >= messageLength + MessagePrefix && _send.Pending < SendHighWater;

    /// <summary>Starts a call; it goes out with the next <see cref="Flush"/>. <see cref="CanStart"/> must have said so.</summary>
    /// <param name="path">/package.Service/Method.</param>
    /// <param name="message">The request.</param>
    /// <param name="intended">When it should have been sent, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="token">Handed back with the answer.</param>
    /// <param name="capture">How much of the answer's message to keep, bytes; 0: nothing.</param>
    /// <param name="timeout">The value of grpc-timeout; null: none.</param>
    public void Start(string path, ReadOnlySpan<byte> message, long intended, object? token, int capture, string? timeout = null)
    {
        int length = message.Length + MessagePrefix;
        if (length > _peer.InitialWindowSize)
            throw new WireException($"a message of {message.Length} bytes does not fit the window of {_peer.InitialWindowSize} that the server gives a stream");
        ref StreamState state = ref _streams.Open();
        state.Intended = intended;
        state.Token = token;
        state.Capture = capture;

        ReadOnlySpan<byte> block = _headers.Encode(path, timeout);
        Span<byte> headers = _send.Append(FrameHeader.Size + block.Length);
        FrameHeader.Write(headers, block.Length, FrameType.Headers, FrameFlags.EndHeaders, state.Id);
        block.CopyTo(headers[FrameHeader.Size..]);

        Span<byte> prefix = stackalloc byte[MessagePrefix];
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], message.Length);
        int first = Math.Min(message.Length, MaxFrame - MessagePrefix);
        Data(prefix, message[..first], state.Id, first == message.Length);
        for (message = message[first..]; !message.IsEmpty; message = message[first..])
        {
            first = Math.Min(message.Length, MaxFrame);
            Data([], message[..first], state.Id, first == message.Length);
        }

        _peer.SendWindow -= length;
    }

    /// <summary>Sends what waits, as far as the socket takes it.</summary>
    public void Flush()
    {
        if (!Closed && !_send.Flush(_socket))
            Close("the connection broke while sending");
    }

    /// <summary>Takes what has come, without waiting, and tells the sink of calls that have ended.</summary>
    public void Receive()
    {
        if (Closed)
            return;
        try
        {
            _now = Stopwatch.GetTimestamp();
            bool open = _reader.Fill(_socket);
            while (_reader.TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload))
                Take(header, payload);
            if (!open)
                Close("the server closed the connection");
        }
        catch (WireException fault)
        {
            Close(fault.Message);
        }
    }

    /// <summary>Ends every call in flight with that status.</summary>
    /// <param name="status">Their status.</param>
    /// <param name="why">Their detail.</param>
    public void Abandon(CallStatus status, string why)
    {
        _now = Stopwatch.GetTimestamp();
        foreach (int id in _streams.OpenAbove(0))
            End(ref _streams.Find(id), status, why);
    }

    /// <summary>Closes the socket; calls in flight end as lost.</summary>
    public void Dispose() => Close("closed by the client");

    private void Close(string why)
    {
        if (Closed)
            return;
        Closed = true;
        Fault = why;
        _socket.Dispose();
        Abandon(CallStatus.ConnectionLost, why);
    }

    private void Data(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> part, int id, bool last)
    {
        int length = prefix.Length + part.Length;
        Span<byte> frame = _send.Append(FrameHeader.Size + length);
        FrameHeader.Write(frame, length, FrameType.Data, last ? FrameFlags.EndStream : (byte)0, id);
        prefix.CopyTo(frame[FrameHeader.Size..]);
        part.CopyTo(frame[(FrameHeader.Size + prefix.Length)..]);
    }

    private void Take(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_fragmentsOf != 0 && header.Type != FrameType.Continuation)
            throw new WireException("the server broke off a header block");
        switch (header.Type)
        {
            case FrameType.Data:
                TakeData(header, payload);
                break;
            case FrameType.Headers:
                TakeHeaders(header, payload);
                break;
            case FrameType.Continuation:
                TakeContinuation(header, payload);
                break;
            case FrameType.RstStream:
                Reset(header.StreamId, payload);
                break;
            case FrameType.Settings when !header.Has(FrameFlags.Ack):
                _peer.Apply(payload);
                FrameHeader.Write(_send.Append(FrameHeader.Size), 0, FrameType.Settings, FrameFlags.Ack, 0);
                break;
            case FrameType.Ping when !header.Has(FrameFlags.Ack):
                Span<byte> pong = _send.Append(FrameHeader.Size + payload.Length);
                FrameHeader.Write(pong, payload.Length, FrameType.Ping, FrameFlags.Ack, 0);
                payload.CopyTo(pong[FrameHeader.Size..]);
                break;
            case FrameType.WindowUpdate when header.StreamId == 0:
                _peer.SendWindow += BinaryPrimitives.ReadInt32BigEndian(payload) & 0x7FFF_FFFF;
                break;
            case FrameType.GoAway:
                _goingAway = true;
                int last = BinaryPrimitives.ReadInt32BigEndian(payload) & 0x7FFF_FFFF;
                foreach (int id in _streams.OpenAbove(last))
                    End(ref _streams.Find(id), CallStatus.ConnectionLost, "the server goes away and does not take this call");
                break;
            case FrameType.PushPromise:
                throw new WireException("the server pushes, which was switched off");
        }
    }

    private void TakeData(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Grant(payload.Length);
        ref StreamState state = ref _streams.Find(header.StreamId);
        if (state.Id != header.StreamId || header.StreamId == 0)
            return;
        if (header.Has(FrameFlags.Padded))
            payload = Unpad(payload);
        while (state.PrefixBytes < MessagePrefix && !payload.IsEmpty)
        {
            // Byte 0 says whether the message is compressed; nothing was offered, so it must be 0. Then its length.
            if (state.PrefixBytes == 0 && payload.Length >= MessagePrefix && payload[0] == 0)
            {
                state.MessageLength = BinaryPrimitives.ReadUInt32BigEndian(payload[1..]);
                state.PrefixBytes = MessagePrefix;
                payload = payload[MessagePrefix..];
                break;
            }

            if (state.PrefixBytes == 0)
                state.MessageLength = payload[0] == 0 ? 0 : -1;
            else if (state.MessageLength >= 0)
                state.MessageLength = (state.MessageLength << 8) | payload[0];
            state.PrefixBytes++;
            payload = payload[1..];
        }

        if (state.MessageBytes < state.Capture && !payload.IsEmpty)
            Capture(ref state, payload);
        state.MessageBytes += payload.Length;
        if (header.Has(FrameFlags.EndStream))
            End(ref state, CallStatus.NoStatus, "the answer ended without trailers");
    }

    private static void Capture(ref StreamState state, ReadOnlySpan<byte> part)
    {
        if (state.MessageLength is < 0 or > 64 * 1024 * 1024 || state.MessageBytes + part.Length > state.MessageLength)
            return; // Found out at the end, by the lengths.
        state.Captured ??= new byte[Math.Min(state.MessageLength, state.Capture)];
        int room = state.Captured.Length - (int)state.MessageBytes;
        part[..Math.Min(part.Length, room)].CopyTo(state.Captured.AsSpan((int)state.MessageBytes));
    }

    private void TakeHeaders(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Has(FrameFlags.Padded))
            payload = Unpad(payload);
        if (header.Has(FrameFlags.Priority))
            payload = payload[5..];
        bool endStream = header.Has(FrameFlags.EndStream);
        if (header.Has(FrameFlags.EndHeaders))
        {
            Block(header.StreamId, payload, endStream);
            return;
        }

        _fragmentsOf = header.StreamId;
        _fragmentsEndStream = endStream;
        _fragments.Clear();
        _fragments.AddRange(payload);
    }

    private void TakeContinuation(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_fragmentsOf == 0 || _fragmentsOf != header.StreamId || _fragments.Count > 1024 * 1024)
            throw new WireException("the server continues a header block that it did not begin, or never ends one");
        _fragments.AddRange(payload);
        if (!header.Has(FrameFlags.EndHeaders))
            return;
        int id = _fragmentsOf;
        _fragmentsOf = 0;
        Block(id, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_fragments), _fragmentsEndStream);
    }

    private void Block(int id, ReadOnlySpan<byte> block, bool endStream)
    {
        AnswerHeaders headers = (endStream ? _trailerCache : _headerCache).Read(block);
        ref StreamState state = ref _streams.Find(id);
        if (state.Id != id)
            return;
        if (state.HttpStatus == 0)
            state.HttpStatus = headers.HttpStatus;
        if (!endStream)
            return;
        if (state.HttpStatus != 200)
            End(ref state, CallStatus.HttpError, $"HTTP status {state.HttpStatus}");
        else if (headers.GrpcStatus is < 0 or > 16)
            End(ref state, CallStatus.NoStatus, "no readable grpc-status");
        else if (headers.GrpcStatus == 0 && (state.PrefixBytes < MessagePrefix || state.MessageBytes != state.MessageLength))
            End(ref state, CallStatus.Malformed, $"{state.MessageBytes} bytes of a message of {state.MessageLength}");
        else
            End(ref state, (CallStatus)headers.GrpcStatus, headers.GrpcMessage);
    }

    private void Reset(int id, ReadOnlySpan<byte> payload)
    {
        ref StreamState state = ref _streams.Find(id);
        if (state.Id == id && id != 0)
            End(ref state, CallStatus.Reset, $"reset by the server, HTTP/2 error {BinaryPrimitives.ReadInt32BigEndian(payload)}");
    }

    private void End(ref StreamState state, CallStatus status, string? detail)
    {
        var answer = new WireAnswer
        {
            Status = status,
            Intended = state.Intended,
            Received = _now,
            Token = state.Token,
            MessageBytes = (int)state.MessageBytes,
            Message = state.Captured,
            Detail = detail,
        };
        _streams.Close(ref state);
        _sink.Answered(answer);
    }

    /// <summary>Gives back window in large pieces. A stream of its own never needs any: its answer fits the window it starts with.</summary>
    private void Grant(int received)
    {
        _toGrant += received;
        if (_toGrant < Handshake.ConnectionWindow / 4)
            return;
        Handshake.WriteWindowUpdate(_send.Append(FrameHeader.Size + 4), (int)_toGrant);
        _toGrant = 0;
    }

    private static ReadOnlySpan<byte> Unpad(ReadOnlySpan<byte> payload)
    {
        int padding = payload[0];
        if (padding >= payload.Length)
            throw new WireException("a frame has more padding than bytes");
        return payload[1..^padding];
    }
}
