using System.Net.Sockets;

namespace DecisionServer.Load.Wire;

/// <summary>Bytes that wait to be sent: many frames go out in one call of the system.</summary>
internal sealed class SendBuffer
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;

    public int Pending => _end - _start;

    /// <summary>Room for that many bytes; they count as written.</summary>
    public Span<byte> Append(int length)
    {
        if (_bytes.Length - _end < length)
            MakeRoom(length);
        Span<byte> room = _bytes.AsSpan(_end, length);
        _end += length;
        return room;
    }

    /// <summary>Sends what the socket takes.</summary>
    /// <returns>False: the connection is broken.</returns>
    public bool Flush(Socket socket)
    {
        while (_start < _end)
        {
            int sent = socket.Send(_bytes.AsSpan(_start, _end - _start), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
                return true;
            if (error != SocketError.Success)
                return false;
            _start += sent;
        }

        _start = _end = 0;
        return true;
    }

    private void MakeRoom(int length)
    {
        byte[] into = Pending + length > _bytes.Length ? new byte[Math.Max(2 * _bytes.Length, Pending + length)] : _bytes;
        _bytes.AsSpan(_start, Pending).CopyTo(into);
        (_bytes, _end, _start) = (into, Pending, 0);
    }
}
