using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace DecisionServer.Store;

/// <summary>Blocks of records that lie one behind the other in a segment file: a thread's portion of reading it.</summary>
internal sealed class SegmentRun
{
    private byte[] _buffer = [];
    private SafeFileHandle? _file;
    private long _start;
    private int _length;

    /// <summary>The file.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Sets it to a place that was found to hold whole blocks, going by their heads.</summary>
    public void Set(SafeFileHandle file, string path, long start, int length) => (_file, Path, _start, _length) = (file, path, start, length);

    /// <summary>Reads the blocks and verifies their checksums. The answer, if there is one, names what is damaged: file and byte.</summary>
    public string? Read()
    {
        if (_buffer.Length < _length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(_length);
        }

        int read = 0;
        while (read < _length)
        {
            int more = RandomAccess.Read(_file!, _buffer.AsSpan(read, _length - read), _start + read);
            if (more == 0)
            {
                return Fault("ends in the middle of a block", read);
            }

            read += more;
        }

        for (int at = 0; at < _length;)
        {
            if (!BlockHeader.TryRead(_buffer.AsSpan(at), out BlockHeader header) || header.PayloadLength > _length - at - BlockHeader.Bytes)
            {
                return Fault("has a damaged block head", at);
            }

            if (Crc32C.Compute(_buffer.AsSpan(at + BlockHeader.Bytes, header.PayloadLength)) != header.PayloadCrc)
            {
                return Fault("has a damaged block", at);
            }

            at += BlockHeader.Bytes + header.PayloadLength;
        }

        return null;
    }

    /// <summary>The payload of the next block of those read; begin with <paramref name="at"/> 0. False: that was the last one.</summary>
    public bool TryNext(ref int at, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (at == _length)
        {
            return false;
        }

        BlockHeader.TryRead(_buffer.AsSpan(at), out BlockHeader header);
        payload = _buffer.AsSpan(at + BlockHeader.Bytes, header.PayloadLength);
        at += BlockHeader.Bytes + header.PayloadLength;
        return true;
    }

    private string Fault(string what, int at) => string.Create(CultureInfo.InvariantCulture, $"{Path}: {what} at byte {_start + at}");
}
