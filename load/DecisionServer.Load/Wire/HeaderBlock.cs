using System.Text;

namespace DecisionServer.Load.Wire;

/// <summary>What a load generator wants to know of a header block.</summary>
/// <param name="HttpStatus">:status, or 0 where the block has none.</param>
/// <param name="GrpcStatus">grpc-status, or -1 where the block has none.</param>
/// <param name="GrpcMessage">grpc-message, or null.</param>
public readonly record struct AnswerHeaders(int HttpStatus, int GrpcStatus, string? GrpcMessage);

/// <summary>
/// HPACK (RFC 7541) as far as it is needed by a client that announces a dynamic table of 0 bytes: static indexes and literals.
/// </summary>
/// <remarks>
/// Huffman-coded text is skipped, not decoded: a server that sends grpc-status so is reported as one that sends none, never as a success.
/// Kestrel codes nothing.
/// </remarks>
internal static class HeaderBlock
{
    // Static table: 8 to 14 are the values of :status that have an entry of their own.
    private static readonly int[] StatusByIndex = [200, 204, 206, 304, 400, 404, 500];

    public static AnswerHeaders Read(ReadOnlySpan<byte> block)
    {
        int http = 0, grpc = -1;
        string? message = null;
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0x80) != 0)
            {
                int index = ReadInteger(ref block, 7);
                if (index is >= 8 and <= 14)
                    http = StatusByIndex[index - 8];
                else if (index is 0 or > 61)
                    throw new WireException($"a header block names index {index}, but this client keeps no dynamic table");
                continue;
            }

            if ((first & 0xE0) == 0x20)
            {
                ReadInteger(ref block, 5); // The size of the table: 0, as announced.
                continue;
            }

            int name = ReadInteger(ref block, (first & 0xC0) == 0x40 ? 6 : 4);
            ReadOnlySpan<byte> nameText = name == 0 ? ReadString(ref block, out bool codedName) : Unnamed(out codedName);
            ReadOnlySpan<byte> value = ReadString(ref block, out bool codedValue);
            if (codedName || codedValue)
                continue;
            if (name is >= 8 and <= 14)
                http = Number(value);
            else if (name == 0 && nameText.SequenceEqual("grpc-status"u8))
                grpc = Number(value);
            else if (name == 0 && nameText.SequenceEqual("grpc-message"u8))
                message = Encoding.UTF8.GetString(value);
        }

        return new AnswerHeaders(http, grpc, message);
    }

    public static void WriteInteger(List<byte> into, byte first, int prefix, int value)
    {
        int max = (1 << prefix) - 1;
        if (value < max)
        {
            into.Add((byte)(first | value));
            return;
        }

        into.Add((byte)(first | max));
        value -= max;
        for (; value >= 0x80; value >>= 7)
            into.Add((byte)(value | 0x80));
        into.Add((byte)value);
    }

    public static void WriteString(List<byte> into, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        WriteInteger(into, 0, 7, bytes.Length);
        into.AddRange(bytes);
    }

    private static ReadOnlySpan<byte> Unnamed(out bool coded)
    {
        coded = false;
        return default;
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefix)
    {
        int max = (1 << prefix) - 1;
        int value = block[0] & max;
        block = block[1..];
        if (value < max)
            return value;
        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (block.IsEmpty)
                break;
            byte next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
                return value;
        }

        throw new WireException("a header block ends inside a number, or names one beyond 2^28");
    }

    private static ReadOnlySpan<byte> ReadString(ref ReadOnlySpan<byte> block, out bool coded)
    {
        if (block.IsEmpty)
            throw new WireException("a header block ends where text should be");
        coded = (block[0] & 0x80) != 0;
        int length = ReadInteger(ref block, 7);
        if (length > block.Length)
            throw new WireException($"a header block ends inside a text of {length} bytes");
        ReadOnlySpan<byte> text = block[..length];
        block = block[length..];
        return text;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || number > 999)
                return -1;
            number = (number * 10) + digit - '0';
        }

        return digits.IsEmpty ? -1 : number;
    }
}
