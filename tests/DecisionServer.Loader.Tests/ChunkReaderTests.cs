using System.Text;

namespace DecisionServer.Loader.Tests;

public sealed class ChunkReaderTests
{
    private static readonly string[] Offers = [.. Enumerable.Range(0, 35).Select(i => $"X{i}")];

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(13)]
    public async Task ReadAsync_SameInput_SameChunksHoweverTheBytesArrive(int piece)
    {
        var content = Encoding.UTF8.GetBytes("member_id,offer_id,score\n" + string.Concat(Enumerable.Range(0, 300).SelectMany(m => Offers.Select(offer => $"member{m},{offer},0.5\n"))));

        var chunks = await Chunks(content, piece);

        Assert.All(chunks.SkipLast(1), chunk => Assert.InRange(chunk.Bytes.Length, ChunkSize.Least - OfferSetRecord.MaxPackedBytes, ChunkSize.Least));
        Assert.Equal(300, chunks.Sum(chunk => chunk.Sets));
        Assert.Equal((await Chunks(content, int.MaxValue)).Select(chunk => Convert.ToHexString(chunk.Bytes)), chunks.Select(chunk => Convert.ToHexString(chunk.Bytes)));
        Assert.Equal("stdin:2", chunks[0].First.ToString());
        Assert.Equal($"stdin:{2 + (35 * chunks[0].Sets)}", chunks[1].First.ToString());
    }

    [Theory]
    [InlineData("0.5", "2", 0, new byte[] { 0x88, 0x13, 0x20, 0x4e })]
    [InlineData("0.5", "-2", 2, new byte[] { 0, 0, 0, 0x3f, 0, 0, 0, 0xc0 })]
    public async Task ReadAsync_Set_PackedAsTheContractSays(string first, string second, byte flags, byte[] scores)
    {
        var chunk = Assert.Single(await Chunks(Encoding.UTF8.GetBytes($"member_id,offer_id,score\nm1,X1,{first}\nm1,X0,{second}\n"), int.MaxValue));

        byte[] expected = [2, (byte)'m', (byte)'1', 2, 0, flags, 1, 0, 0, 0, .. scores];
        Assert.Equal(expected, chunk.Bytes);
    }

    [Fact]
    public async Task ReadAsync_MoreBadRowsThanAllowed_EndsAndPrintsThem()
    {
        var error = new StringWriter();
        var faults = new FaultLog(new ErrorConsole(error, false), 1);
        await using var reader = await Reader(Encoding.UTF8.GetBytes("member_id,offer_id,score\nm1,X1,a\nm2,X1,b\nm3,X1,c\nm4,X1,1\n"), int.MaxValue);
        var chunks = new ChunkReader([reader], new ChunkPool(ChunkSize.Least), faults);

        Assert.Null(await chunks.ReadAsync(CancellationToken.None));

        Assert.True(faults.IsExceeded);
        Assert.Equal(2, error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task ReadAsync_Warm_AllocatesNothingPerSet()
    {
        var content = Encoding.UTF8.GetBytes("member_id,offer_id,score\n" + string.Concat(Enumerable.Range(0, 20_000).SelectMany(m => Offers.Take(5).Select(offer => $"member{m},{offer},0.5\n"))));
        await using var reader = await Reader(content, int.MaxValue);
        var record = new OfferSetRecord();
        var sets = 0;
        var allocated = new long[20];
        while (true)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var step = reader.Read(record);
            if (sets < 20_000) allocated[sets / 1_000] += GC.GetAllocatedBytesForCurrentThread() - before;
            if (step == ReadStep.Record) sets++;
            else if (step == ReadStep.NeedMore) await reader.FillAsync(CancellationToken.None);
            else break;
        }

        // What a set costs shows in every thousand of them. The runtime may swap in better code at any time, and allocate for it: in some.
        Assert.Equal(20_000, sets);
        Assert.Contains(0, allocated);
    }

    private static async Task<OfferSetReader> Reader(byte[] content, int piece)
    {
        var source = await InputSource.OpenAsync(new InputSpec(InputSpec.StandardInput, InputFormat.Csv), new PiecewiseStream(content, piece), CancellationToken.None);
        return await OfferSetReader.CreateAsync(source, new OfferSetRules(Reading.Table(Offers), openCatalogue: false), affinitiesOnly: false, CancellationToken.None);
    }

    private static async Task<List<(byte[] Bytes, int Sets, InputPlace First)>> Chunks(byte[] content, int piece)
    {
        await using var reader = await Reader(content, piece);
        var pool = new ChunkPool(ChunkSize.Least);
        var chunks = new ChunkReader([reader], pool, new FaultLog(new ErrorConsole(TextWriter.Null, false), 0));
        var read = new List<(byte[] Bytes, int Sets, InputPlace First)>();
        while (await chunks.ReadAsync(CancellationToken.None) is { } chunk)
        {
            read.Add((chunk.Buffer[..chunk.Length], chunk.Sets, chunk.Place(0)));
            pool.Return(chunk);
        }

        return read;
    }
}
