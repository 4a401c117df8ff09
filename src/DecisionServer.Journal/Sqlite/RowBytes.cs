using System.Buffers.Binary;
using System.Text;
using DecisionServer.Store;

namespace DecisionServer.Journal;

/// <summary>The values of a row as bytes, for its checksum: the table's number, then each value with its kind and length.</summary>
internal sealed class RowBytes
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    public uint Checksum => Crc32C.Compute(_bytes.AsSpan(0, _length));

    public void Begin(byte table)
    {
        _bytes[0] = table;
        _length = 1;
    }

    public void Null() => Make(0, 0);

    public void Integer(long value) => BinaryPrimitives.WriteInt64LittleEndian(Make(1, sizeof(long)), value);

    /// <returns>The text in UTF-8, until the next value.</returns>
    public ReadOnlySpan<byte> Text(string text)
    {
        var utf8 = Make(2, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, utf8);
        return utf8;
    }

    public void Text(ReadOnlySpan<byte> utf8) => utf8.CopyTo(Make(2, utf8.Length));

    public void Blob(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Make(3, bytes.Length));

    private Span<byte> Make(byte kind, int bytes)
    {
        var needed = _length + 5 + bytes;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, 2 * _bytes.Length));
        _bytes[_length] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_length + 1), bytes);
        var value = _bytes.AsSpan(_length + 5, bytes);
        _length = needed;
        return value;
    }
}
