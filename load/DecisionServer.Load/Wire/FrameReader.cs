using System.Net.Sockets;

namespace DecisionServer.Load.Wire;

/// <summary>A large buffer that the socket fills and frames are read from in place.</summary>
internal sealed class FrameReader
{
    private const int MaxFrame = 16 * 1024;
    private readonly byte[] _bytes = new byte[256 * 1024];
    private int _start;
    private int _end;

    /// <summary>Takes what the socket has, once.</summary>
    /// <returns>False: the peer has closed, or the connection is broken. What came before can still be read.</returns>
    public bool Fill(Socket socket)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_bytes.Length - _end < MaxFrame + FrameHeader.Size)
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }

        int received = socket.Receive(_bytes.AsSpan(_end), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return true;
        if (error != SocketError.Success || received == 0)
            return false;
        _end += received;
        return true;
    }

    /// <summary>The next whole frame.</summary>
    /// <exception cref="WireException">A frame is longer than this client allows.</exception>
    public bool TryRead(out FrameHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (_end - _start < FrameHeader.Size)
            return false;
        header = FrameHeader.Read(_bytes.AsSpan(_start));
        if (header.Length > MaxFrame)
            throw new WireException($"a frame of {header.Length} bytes; {MaxFrame} were allowed. Does the server speak HTTP/2?");
        if (_end - _start < FrameHeader.Size + header.Length)
            return false;
        payload = _bytes.AsSpan(_start + FrameHeader.Size, header.Length);
        _start += FrameHeader.Size + header.Length;
        return true;
    }
}
