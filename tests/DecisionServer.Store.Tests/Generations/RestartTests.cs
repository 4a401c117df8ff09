using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

/// <summary>A generation large enough that several threads read it back: all of it is there, and damage anywhere is named.</summary>
public sealed class RestartTests : IDisposable
{
    private const int Members = 200_000;
    private const int InChunk = 1000;
    private readonly RegistryFixture _store = new();

    public RestartTests()
    {
        _store.Load("before", members: 5, best: 1);
        _store.Registry.Publish("before", force: false);
        BegunLoad begun = _store.Registry.Begin("large", Members, resume: false, "test");
        LoadSession load = _store.Registry.Load("large", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        for (int from = 0; from < Members; from += InChunk)
        {
            load.Store(begun.Token, "s", (ulong)(from / InChunk) + 1, RegistryFixture.Packed(from, from + InChunk, from / InChunk % 8));
        }

        _store.Registry.Seal("large", begun.Token, new SealRequest());
        _store.Registry.Publish("large", force: true);
    }

    private string Segment => Path.Combine(_store.Folder("large"), "segment-0001.seg");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_Large_EveryMemberIsThere(bool early)
    {
        _store.Erase("m77");

        _store.Restart(early: early);

        Assert.Equal("large", _store.Serving.Current!.Generation.Id);
        Assert.Null(_store.Best("m77"));
        for (int i = 0; i < Members; i++)
        {
            Assert.True(i == 77 || _store.Best($"m{i}") == $"o{i / InChunk % 8}", $"m{i}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_DamagedAnywhere_IsNamedAndThePreviousServes(bool early)
    {
        byte[] whole = File.ReadAllBytes(Segment);
        foreach (double place in (double[])[0.1, 0.35, 0.6, 0.99])
        {
            byte[] damaged = [.. whole];
            damaged[(int)(whole.Length * place)] ^= 16;
            Check(damaged, early, "at byte ");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_CutOrMissing_IsNamedAndThePreviousServes(bool early)
    {
        byte[] whole = File.ReadAllBytes(Segment);
        Check(whole[..(whole.Length / 2)], early, "ends in the middle");
        Check([], early, "has 0 bytes");
        Check(null, early, "is missing");
    }

    [Fact]
    public void Restart_BlocksExchanged_IsNamedAndThePreviousServes()
    {
        // Each block is whole: only the file's chained hash tells.
        byte[] whole = File.ReadAllBytes(Segment);
        var starts = new List<int>();
        for (int at = 0; at < whole.Length;)
        {
            Assert.True(BlockHeader.TryRead(whole.AsSpan(at), out BlockHeader header));
            if (header.Kind == BlockKind.Records)
            {
                starts.Add(at);
            }

            at += BlockHeader.Bytes + header.PayloadLength;
        }

        (int one, int two, int three) = (starts[50], starts[51], starts[52]);
        byte[] damaged = [.. whole[..one], .. whole[two..three], .. whole[one..two], .. whole[three..]];
        Check(damaged, early: false, "is not the file that was sealed");
    }

    public void Dispose() => _store.Dispose();

    private void Check(byte[]? damaged, bool early, string fault)
    {
        byte[] whole = File.ReadAllBytes(Segment);
        Dictionary<string, byte[]> pointers = Directory.GetFiles(_store.Directory, "serving-*").ToDictionary(file => file, File.ReadAllBytes);
        if (damaged is null)
        {
            File.Delete(Segment);
        }
        else
        {
            File.WriteAllBytes(Segment, damaged);
        }

        _store.Restart(early: early);

        Assert.Equal("before", _store.Serving.Current?.Generation.Id);
        Assert.Contains(Segment, _store.Registry.Get("large").Failure, StringComparison.Ordinal);
        Assert.Contains(fault, _store.Registry.Get("large").Failure, StringComparison.Ordinal);
        File.WriteAllBytes(Segment, whole);
        foreach ((string file, byte[] bytes) in pointers)
        {
            File.WriteAllBytes(file, bytes);
        }
    }
}
