using System.Net;
using System.Net.Sockets;
using System.Text;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Tests.Wire;

/// <summary>An HTTP/2 peer that sends exactly the bytes a test wants, a byte at a time: what a real server does only by chance.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public RawPeer(params byte[][] answer)
    {
        _listener.Start();
        _serving = Task.Run(() => Serve(answer));
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, type, flags, stream);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public static byte[] Status(string grpcStatus)
    {
        var block = new List<byte> { 0x00 };
        HeaderBlock.WriteString(block, "grpc-status");
        HeaderBlock.WriteString(block, grpcStatus);
        return [.. block];
    }

    public static byte[] Message(string text) => [0, 0, 0, 0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    public void Dispose()
    {
        _listener.Stop();
        try
        {
            _serving.Wait(TimeSpan.FromSeconds(10));
        }
        catch (AggregateException)
        {
            // The client closed first: its test has seen what it wanted.
        }
    }

    private void Serve(byte[][] answer)
    {
        using Socket socket = _listener.AcceptSocket();
        socket.NoDelay = true;
        socket.Send(Frame(FrameType.Settings, 0, 0));
        WaitForRequest(socket);
        foreach (byte each in answer.SelectMany(bytes => bytes))
            socket.Send([each]);
        byte[] rest = new byte[4096];
        while (socket.Receive(rest) > 0)
        {
        }
    }

    // The request's last frame ends its stream.
    private static void WaitForRequest(Socket socket)
    {
        byte[] preface = new byte[24];
        Fill(socket, preface);
        byte[] header = new byte[FrameHeader.Size];
        FrameHeader frame;
        do
        {
            Fill(socket, header);
            frame = FrameHeader.Read(header);
            Fill(socket, new byte[frame.Length]);
        }
        while (frame.Type != FrameType.Data || !frame.Has(FrameFlags.EndStream));
    }

    private static void Fill(Socket socket, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int received = socket.Receive(into);
            if (received == 0)
                throw new IOException("the client closed");
            into = into[received..];
        }
    }
}
