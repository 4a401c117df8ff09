using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DecisionServer.Load.Wire;

/// <summary>The first bytes of a connection.</summary>
internal static class Handshake
{
    /// <summary>Window of the connection that the server may use for answers, bytes.</summary>
    public const int ConnectionWindow = 1 << 30;

    private const int DefaultWindow = 65_535;

    public static Socket Connect(Uri server, TimeSpan timeout)
    {
        if (server.Scheme != "http")
            throw new WireException($"{server}: only http:// is spoken here (HTTP/2 without TLS)");
        IPAddress address = IPAddress.TryParse(server.Host.Trim('[', ']'), out IPAddress? literal) ? literal : Dns.GetHostAddresses(server.Host)[0];
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SendTimeout = socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
            socket.Connect(new IPEndPoint(address, server.Port));
            return socket;
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new WireException($"{server} cannot be reached: {fault.Message}", fault);
        }
    }

    /// <summary>Says hello and reads the server's settings. The socket still blocks.</summary>
    public static PeerSettings Greet(Socket socket, TimeSpan timeout, int streamWindow = int.MaxValue)
    {
        socket.ReceiveTimeout = (int)timeout.TotalMilliseconds;
        try
        {
            SendAll(socket, Hello(streamWindow));
            return ReadSettings(socket);
        }
        catch (SocketException fault)
        {
            throw new WireException($"no HTTP/2 settings came: {fault.Message}", fault);
        }
    }

    public static void WriteWindowUpdate(Span<byte> into, int increment, int streamId = 0)
    {
        FrameHeader.Write(into, 4, FrameType.WindowUpdate, 0, streamId);
        BinaryPrimitives.WriteInt32BigEndian(into[FrameHeader.Size..], increment);
    }

    private static byte[] Hello(int streamWindow)
    {
        // A table of 0 bytes makes the server write header fields out, so that grpc-status can be read without keeping a table.
        ReadOnlySpan<(int Id, int Value)> settings =
            [(SettingId.HeaderTableSize, 0), (SettingId.EnablePush, 0), (SettingId.InitialWindowSize, streamWindow)];
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        byte[] hello = new byte[preface.Length + FrameHeader.Size + (6 * settings.Length) + FrameHeader.Size + 4];
        preface.CopyTo(hello);
        Span<byte> rest = hello.AsSpan(preface.Length);
        FrameHeader.Write(rest, 6 * settings.Length, FrameType.Settings, 0, 0);
        rest = rest[FrameHeader.Size..];
        foreach ((int id, int value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)id);
            BinaryPrimitives.WriteInt32BigEndian(rest[2..], value);
            rest = rest[6..];
        }

        WriteWindowUpdate(rest, ConnectionWindow - DefaultWindow);
        return hello;
    }

    private static PeerSettings ReadSettings(Socket socket)
    {
        var peer = new PeerSettings();
        byte[] header = new byte[FrameHeader.Size];
        while (true)
        {
            ReceiveAll(socket, header);
            FrameHeader frame = FrameHeader.Read(header);
            if (frame.Length > 16 * 1024)
                throw new WireException("the server does not answer in HTTP/2");
            byte[] payload = new byte[frame.Length];
            ReceiveAll(socket, payload);
            if (frame.Type == FrameType.WindowUpdate && frame.StreamId == 0)
                peer.SendWindow += BinaryPrimitives.ReadInt32BigEndian(payload) & 0x7FFF_FFFF;
            if (frame.Type != FrameType.Settings || frame.Has(FrameFlags.Ack))
                continue;
            peer.Apply(payload);
            FrameHeader.Write(header, 0, FrameType.Settings, FrameFlags.Ack, 0);
            SendAll(socket, header);
            return peer;
        }
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    private static void ReceiveAll(Socket socket, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int received = socket.Receive(into);
            if (received == 0)
                throw new WireException("the server closed the connection before its settings came");
            into = into[received..];
        }
    }
}
