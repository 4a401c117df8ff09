using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DecisionServer.Services.Decisions;

/// <summary>Writes the protobuf wire format (protobuf.dev, "Encoding") into memory that is long enough.</summary>
internal ref struct WireWriter(Span<byte> into)
{
    private readonly Span<byte> _into = into;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that a number takes: seven bits in each.</summary>
    public static int SizeOf(ulong number) => (int)(((uint)BitOperations.Log2(number | 1) * 9) + 73) / 64;

    /// <summary>Bytes that something of a length takes, the length in front of it included.</summary>
    public static int SizeOfDelimited(int length) => SizeOf((uint)length) + length;

    public void Byte(byte value) => _into[Length++] = value;

    public void Number(ulong number)
    {
        while (number >= 0x80)
        {
            Byte((byte)(number | 0x80));
            number >>= 7;
        }

        Byte((byte)number);
    }

    public void Single(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(_into[Length..], value);
        Length += sizeof(float);
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_into[Length..]);
        Length += bytes.Length;
    }

    /// <summary>A text of a known number of bytes in UTF-8, its length in front of it.</summary>
    public void Text(string text, int bytes)
    {
        Number((uint)bytes);
        Encoding.UTF8.GetBytes(text, _into.Slice(Length, bytes));
        Length += bytes;
    }

    /// <summary>The next so many bytes, for the caller to fill.</summary>
    public Span<byte> Take(int count)
    {
        var taken = _into.Slice(Length, count);
        Length += count;
        return taken;
    }
}
