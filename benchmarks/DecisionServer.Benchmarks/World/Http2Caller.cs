using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DecisionServer.Benchmarks;

/// <summary>
/// A gRPC client for one unary call after the other on a blocking socket. It allocates nothing once it is connected, so that all bytes
/// that a process allocates meanwhile are the server's.
/// </summary>
internal sealed class Http2Caller : IDisposable
{
    private const int FrameHead = 9;
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;
    private const int Window = 1 << 30;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[1 << 20];
    private readonly byte[] _request = new byte[1 << 16];
    private readonly byte[] _control = new byte[64];
    private int _from, _to, _stream = 1;
    private long _consumed;

    public Http2Caller(IPEndPoint server)
    {
        _socket.ReceiveTimeout = _socket.SendTimeout = 30_000;
        _socket.Connect(server);
        _socket.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);

        // No dynamic header table to keep in mind, and windows that do not run dry.
        Span<byte> settings = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(settings, 1);
        BinaryPrimitives.WriteUInt32BigEndian(settings[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(settings[6..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(settings[8..], Window);
        SendFrame(Settings, 0, 0, settings);
        Widen(Window);
    }

    /// <summary>Prepares the head of calls of a method, "package.Service/Method".</summary>
    public static byte[] Head(string method)
    {
        var block = new List<byte> { 0x83, 0x86 };
        Literal(block, [0x04], "/" + method);
        Literal(block, [0x01], "localhost");
        Literal(block, [0x0f, 0x10], "application/grpc");
        block.Add(0x00);
        Text(block, "te");
        Text(block, "trailers");
        return [.. block];

        static void Literal(List<byte> block, byte[] name, string value)
        {
            block.AddRange(name);
            Text(block, value);
        }

        static void Text(List<byte> block, string text)
        {
            if (text.Length > 126) throw new ArgumentException($"'{text}' is longer than one byte of length tells.", nameof(text));
            block.Add((byte)text.Length);
            foreach (var c in text) block.Add((byte)c);
        }
    }

    /// <summary>Makes one call and waits for its end.</summary>
    /// <returns>Bytes of the answer's message, which lie in <paramref name="answer"/>; -1: the call was refused.</returns>
    public int Call(ReadOnlySpan<byte> head, ReadOnlySpan<byte> message, Span<byte> answer)
    {
        var stream = _stream;
        _stream += 2;
        var length = WriteFrame(_request, Headers, EndHeaders, stream, head);
        var body = _request.AsSpan(length);
        WriteHead(body, message.Length + 5, Data, EndStream, stream);
        body[FrameHead] = 0;
        BinaryPrimitives.WriteInt32BigEndian(body[(FrameHead + 1)..], message.Length);
        message.CopyTo(body[(FrameHead + 5)..]);
        Send(_request.AsSpan(0, length + FrameHead + 5 + message.Length));
        return Receive(stream, answer);
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(int stream, Span<byte> answer)
    {
        var taken = 0;
        while (true)
        {
            Need(FrameHead);
            var head = _received.AsSpan(_from, FrameHead);
            var length = (head[0] << 16) | (head[1] << 8) | head[2];
            byte type = head[3], flags = head[4];
            var of = BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue;
            Need(FrameHead + length);
            var payload = _received.AsSpan(_from + FrameHead, length);
            _from += FrameHead + length;
            switch (type)
            {
                case Data when of == stream:
                    payload.CopyTo(answer[taken..]);
                    taken += length;
                    Consume(length);
                    break;
                case Settings when (flags & Ack) == 0:
                    SendFrame(Settings, Ack, 0, []);
                    break;
                case Ping when (flags & Ack) == 0:
                    SendFrame(Ping, Ack, 0, payload);
                    break;
                case Reset or GoAway:
                    throw new IOException($"The server ended the {(type == Reset ? "stream" : "connection")}.");
            }

            if (of != stream || type is not (Data or Headers) || (flags & EndStream) == 0) continue;
            if (taken < 5) return -1;
            answer[5..taken].CopyTo(answer);
            return taken - 5;
        }
    }

    private void Consume(int bytes)
    {
        _consumed += bytes;
        if (_consumed < Window / 2) return;
        Widen((int)_consumed);
        _consumed = 0;
    }

    private void Widen(int by)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, by);
        SendFrame(WindowUpdate, 0, 0, payload);
    }

    // Makes so many bytes available from _from on.
    private void Need(int bytes)
    {
        if (_to - _from >= bytes) return;
        if (_received.Length - _from < bytes || _from == _to)
        {
            _received.AsSpan(_from, _to - _from).CopyTo(_received);
            (_from, _to) = (0, _to - _from);
        }

        while (_to - _from < bytes)
        {
            var read = _socket.Receive(_received.AsSpan(_to));
            if (read == 0) throw new IOException("The server closed the connection.");
            _to += read;
        }
    }

    private void SendFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload) =>
        Send(_control.AsSpan(0, WriteFrame(_control, type, flags, stream, payload)));

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    private static int WriteFrame(Span<byte> into, byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        WriteHead(into, payload.Length, type, flags, stream);
        payload.CopyTo(into[FrameHead..]);
        return FrameHead + payload.Length;
    }

    private static void WriteHead(Span<byte> into, int length, byte type, byte flags, int stream)
    {
        into[0] = (byte)(length >> 16);
        into[1] = (byte)(length >> 8);
        into[2] = (byte)length;
        into[3] = type;
        into[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(into[5..], stream);
    }
}
