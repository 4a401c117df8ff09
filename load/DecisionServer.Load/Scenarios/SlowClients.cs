using System.Diagnostics;
using System.Net.Sockets;
using DecisionServer.Load.Calls;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Scenarios;

/// <summary>Connections that misbehave.</summary>
internal sealed class SlowClients : IDisposable
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 4;

    // Answers are some 1,700 bytes: with this window a server has begun each and can end none.
    private const int TinyWindow = 64;
    private const int CallsEach = 90;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Uri _server;
    private readonly MemberIds _members;
    private readonly List<Socket> _sockets = [];
    private readonly List<(Socket Socket, byte[] Request)> _talkers = [];
    private readonly List<Socket> _sippers = [];

    public SlowClients(Uri server, int ofEachKind, MemberIds members)
    {
        (_server, _members) = (server, members);
        for (int i = 0; i < ofEachKind; i++)
        {
            AskAndNeverRead(Greeted(TinyWindow));
            Socket sipper = Greeted(int.MaxValue);
            AskAndNeverRead(sipper);
            _sippers.Add(sipper);
            Add(Handshake.Connect(server, Timeout)); // Silent: not even a preface.
            _talkers.Add((Greeted(int.MaxValue), Request(1)));
        }
    }

    public int Count => _sockets.Count;

    /// <summary>How many the server has not thrown out.</summary>
    public int Connected => _sockets.Count(socket => !(socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0));

    /// <summary>Goes on so for a while.</summary>
    /// <param name="length">How long.</param>
    /// <param name="memory">The server's memory.</param>
    /// <returns>The most memory that was seen.</returns>
    public async Task<double> Torment(TimeSpan length, Func<double> memory)
    {
        long start = Stopwatch.GetTimestamp();
        double most = memory();
        byte[] sip = new byte[1];
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int at = 0; Stopwatch.GetElapsedTime(start) < length; at++)
        {
            await tick.WaitForNextTickAsync();
            foreach ((Socket socket, byte[] request) in _talkers)
                Try(() => socket.Send(request.AsSpan(at % request.Length, 1)));
            foreach (Socket sipper in _sippers.Where(sipper => sipper.Available > 0))
                Try(() => sipper.Receive(sip));
            most = Math.Max(most, memory());
        }

        return most;
    }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private Socket Add(Socket socket)
    {
        _sockets.Add(socket);
        return socket;
    }

    private Socket Greeted(int streamWindow)
    {
        Socket socket = Add(Handshake.Connect(_server, Timeout));
        Handshake.Greet(socket, Timeout, streamWindow);
        return socket;
    }

    private void AskAndNeverRead(Socket socket)
    {
        for (int call = 0; call < CallsEach; call++)
            socket.Send(Request((2 * call) + 1));
    }

    private byte[] Request(int stream)
    {
        ReadOnlySpan<byte> headers = new HeaderEncoder(_server.Authority, indexing: false).Encode(NextBestOffersCalls.DefaultPath);
        byte[] request = new byte[(2 * FrameHeader.Size) + headers.Length + 5 + MemberIds.FieldLength];
        FrameHeader.Write(request, headers.Length, FrameType.Headers, FrameFlags.EndHeaders, stream);
        headers.CopyTo(request.AsSpan(FrameHeader.Size));
        Span<byte> data = request.AsSpan(FrameHeader.Size + headers.Length);
        FrameHeader.Write(data, 5 + MemberIds.FieldLength, FrameType.Data, FrameFlags.EndStream, stream);
        data[FrameHeader.Size + 4] = MemberIds.FieldLength;
        _members.WriteNext(data[(FrameHeader.Size + 5)..]);
        return request;
    }

    // A server may well throw such a client out.
    private static void Try(Func<int> act)
    {
        try
        {
            act();
        }
        catch (SocketException)
        {
        }
    }
}
