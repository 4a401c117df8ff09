using System.IO.Compression;
using System.Text;

namespace DecisionServer.Loader.Tests;

public sealed class GzipTests
{
    private static readonly string Csv = "member_id,offer_id,score\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"m{i * 7919 % 100_003},O1,0.{i % 10_000:D4}\n"));

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.NoCompression)]
    public async Task Read_Compressed_SameAsPlain(CompressionLevel level)
    {
        var plain = await Reading.SetsAsync(Csv);
        var compressed = await Reading.SetsAsync(Gzip(Csv, level), InputFormat.Csv);

        Assert.Equal(plain.Sets, compressed.Sets);
    }

    [Fact]
    public async Task Read_TwoMembers_ReadAsOne()
    {
        var half = Csv.Length / 2;

        var read = await Reading.SetsAsync([.. Gzip(Csv[..half]), .. Gzip(Csv[half..])], InputFormat.Csv);

        Assert.Equal(30_000, read.Sets.Count);
    }

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.NoCompression)]
    public async Task Read_TruncatedAnywhere_ErrorNamesFileAndByte(CompressionLevel level)
    {
        var whole = Gzip(Csv, level);
        int[] cuts = [2, 3, 10, 11, 18, 100, whole.Length / 2, whole.Length - 20, whole.Length - 9, whole.Length - 8, whole.Length - 4, whole.Length - 1];
        foreach (var cut in cuts)
        {
            var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(whole[..cut], InputFormat.Csv));

            Assert.StartsWith($"stdin, byte {cut}: the gzip data is truncated", exception.Message, StringComparison.Ordinal);
            Assert.Contains("gzip -t", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Read_SecondMemberTruncated_Error()
    {
        var first = Gzip(Csv);

        await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync([.. first, .. first[..^30]], InputFormat.Csv));
    }

    [Fact]
    public async Task Read_GarbageBehind_Error()
    {
        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync([.. Gzip(Csv), 1, 2, 3, 4], InputFormat.Csv));

        Assert.Contains("followed by bytes that are not gzip", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_FlippedByte_Error()
    {
        var whole = Gzip(Csv);
        for (var at = 30; at < whole.Length; at += whole.Length / 50)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;

            await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(damaged, InputFormat.Csv));
        }
    }

    [Fact]
    public async Task Open_EndingGzButPlain_ErrorSaysSo()
    {
        using var folder = new TempFolder();
        var path = folder.Write("sets.csv.gz", Csv);

        var exception = await Assert.ThrowsAsync<InputException>(() => Reading.SetsAsync(path, Reading.Table("O1")));

        Assert.Contains("does not begin like gzip data", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_GzipWithoutTheEnding_ToldByItsMagic()
    {
        using var folder = new TempFolder();
        var path = folder.Write("sets.csv", Gzip(Csv));

        Assert.Equal(30_000, (await Reading.SetsAsync(path, Reading.Table("O1"))).Sets.Count);
    }

    private static byte[] Gzip(string text, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, level)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
