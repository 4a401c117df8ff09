using System.IO.Compression;
using System.Text;
using DecisionServer.V1;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;

namespace DecisionServer.Loader.Tests;

/// <summary>Whatever bytes come: readers end, in time that the bytes bound, and throw nothing but their own error.</summary>
public sealed class RandomInputTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public void Read_RandomBytes_OwnErrorsOnly()
        => Prop.ForAll<byte[]>(bytes => EveryReader(bytes).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(new Replay(new Rnd(20170814, 1), null)));

    [Fact]
    public void Read_RandomText_OwnErrorsOnly()
    {
        var piece = Gen.Elements("member_id", "offer_id", "score", ",", "\n", "\r\n", "\"", "\"\"", "m1", "O1", "0.5", "{", "}", "[", "]", ":", "\"member_id\"", "\"offers\"", "é", "\0", "1e999", "|");
        var text = Gen.ListOf(piece).Select(pieces => Encoding.UTF8.GetBytes("member_id,offer_id,score\n" + string.Concat(pieces)));

        Prop.ForAll(text.ToArbitrary(), bytes => EveryReader(bytes).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(new Replay(new Rnd(20170821, 1), null)));
    }

    [Fact]
    public async Task Read_ValidFilesWithMutations_OwnErrorsOnly()
    {
        var random = new Random(20170828);
        foreach (var (valid, _) in ValidFiles())
        {
            for (var round = 0; round < 300; round++) await EveryReader(Mutate(valid, random));
        }
    }

    [Fact]
    public async Task Read_ValidFilesCutAnywhere_OwnErrorsOnly()
    {
        foreach (var (valid, format) in ValidFiles())
        {
            for (var length = 0; length <= valid.Length; length += Math.Max(1, valid.Length / 200)) await OneReader(valid[..length], format, false);
        }
    }

    private static IEnumerable<(byte[] Content, InputFormat Format)> ValidFiles()
    {
        var csv = "member_id,offer_id,score\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"m{i / 4},\"O{(i % 3) + 1}\",0.{i:D4}\r\n"));
        var json = string.Concat(Enumerable.Range(0, 10).Select(i => $$"""{"member_id":"m{{i}}","offers":[{"offer_id":"O1","score":0.5}],"affinities":[{"kind":"brand","key":"b","score":1}]}""" + "\n"));
        using var delimited = new MemoryStream();
        for (var i = 0; i < 10; i++)
        {
            new OfferSet
            {
                MemberId = $"m{i}",
                Offers = { new ScoredOffer { OfferId = "O1", Score = 0.5f } },
                Affinities = { new Affinity { Kind = AffinityKind.Brand, Key = "b", Score = 1 } },
            }.WriteDelimitedTo(delimited);
        }

        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(csv));
        return [(Encoding.UTF8.GetBytes(csv), InputFormat.Csv), (Encoding.UTF8.GetBytes(json), InputFormat.Ndjson), (delimited.ToArray(), InputFormat.Protobuf), (zipped.ToArray(), InputFormat.Csv)];
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var count = random.Next(1, 6); count > 0 && bytes.Count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at)));
                    break;
                default:
                    bytes.Insert(at, "\"\n,\r{}\0"u8[random.Next(7)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task<bool> EveryReader(byte[] content)
    {
        foreach (var format in Enum.GetValues<InputFormat>())
        {
            await OneReader(content, format, false);
            await OneReader(content, format, true);
            await Ends(Reading.OffersAsync(new InputSpec(InputSpec.StandardInput, format), new PiecewiseStream(content, 7)));
        }

        return true;
    }

    private static Task OneReader(byte[] content, InputFormat format, bool affinities) => Ends(Reading.SetsAsync(content, format, affinities, pieces: 11));

    private static async Task Ends(Task reading)
    {
        try
        {
            await reading.WaitAsync(Bound);
        }
        catch (InputException exception)
        {
            Assert.NotEmpty(exception.Fault.Remedy);
        }
    }
}
