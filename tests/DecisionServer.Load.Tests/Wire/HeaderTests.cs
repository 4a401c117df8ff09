using System.Text;
using DecisionServer.Load.Wire;

namespace DecisionServer.Load.Tests.Wire;

public sealed class HeaderTests
{
    [Fact]
    public void FrameHeader_WrittenAndRead_IsTheSame()
    {
        byte[] bytes = new byte[FrameHeader.Size];

        FrameHeader.Write(bytes, 0x0102_03, FrameType.Headers, FrameFlags.EndStream | FrameFlags.EndHeaders, 0x7FFF_FFFD);

        Assert.Equal(new FrameHeader(0x010203, FrameType.Headers, 5, 0x7FFF_FFFD), FrameHeader.Read(bytes));
    }

    [Fact]
    public void Read_TrailersWithTableSizeUpdate_FindsStatusAndMessage()
    {
        byte[] block = [0x20, .. Literal("grpc-status", "8"), .. Literal("grpc-message", "too many calls")];

        Assert.Equal(new AnswerHeaders(0, 8, "too many calls"), HeaderBlock.Read(block));
    }

    [Theory]
    [InlineData(new byte[] { 0x88 }, 200)]
    [InlineData(new byte[] { 0x8D }, 404)]
    [InlineData(new byte[] { 0x08, 3, (byte)'5', (byte)'0', (byte)'3' }, 503)]
    public void Read_HttpStatus_IsFound(byte[] block, int status) => Assert.Equal(status, HeaderBlock.Read(block).HttpStatus);

    [Fact]
    public void Read_HuffmanCodedStatus_IsNotTakenForSuccess()
    {
        byte[] block = [0x00, 11, .. Encoding.ASCII.GetBytes("grpc-status"), 0x81, 0x07];

        Assert.Equal(-1, HeaderBlock.Read(block).GrpcStatus);
    }

    [Theory]
    [InlineData(new byte[] { 0xBE })]                   // Dynamic index 62.
    [InlineData(new byte[] { 0x00, 0x05, (byte)'a' })]  // Text beyond the end.
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[] { 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void Read_DamagedBlock_IsRefused(byte[] block) => Assert.Throws<WireException>(() => HeaderBlock.Read(block));

    [Fact]
    public void Encode_SamePathAgain_IsIndexesOnly()
    {
        var encoder = new HeaderEncoder("127.0.0.1:1", indexing: true);

        int first = encoder.Encode("/a.B/C").Length;
        int second = encoder.Encode("/a.B/C").Length;

        Assert.True(first > 40, $"the first block spells the fields out, it has {first} bytes");
        Assert.Equal(6, second);
    }

    [Fact]
    public void Encode_WithTimeout_IsIndexedToo()
    {
        var encoder = new HeaderEncoder("127.0.0.1:1", indexing: true);

        string first = Encoding.ASCII.GetString(encoder.Encode("/a.B/C", "250m"));
        encoder.Encode("/a.B/D");
        byte[] second = encoder.Encode("/a.B/C", "250m").ToArray();
        byte[] third = encoder.Encode("/a.B/C", "250m").ToArray();

        Assert.Contains("grpc-timeout", first, StringComparison.Ordinal);
        Assert.Contains("250m", first, StringComparison.Ordinal);

        // Put in: path, authority, content type, te, timeout, the other path. The newest has index 62.
        Assert.Equal([0x83, 0x86, 0x80 | 67, 0x80 | 66, 0x80 | 65, 0x80 | 64, 0x80 | 63], second);
        Assert.Equal(second, third);
    }

    private static byte[] Literal(string name, string value)
    {
        var block = new List<byte> { 0x00 };
        HeaderBlock.WriteString(block, name);
        HeaderBlock.WriteString(block, value);
        return [.. block];
    }
}
