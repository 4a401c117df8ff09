using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

/// <summary>Every file of a generation, flipped at every byte and cut at every length: found, named, and the one before serves.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly RegistryFixture _store = new();

    public DamageTests()
    {
        _store.Load("before", members: 5, best: 1);
        _store.Registry.Publish("before", force: false);
        _store.Load("current", members: 5, best: 2, new SealRequest());
        _store.Registry.Publish("current", force: false);
        Put("m0", "o7");
        Put("m1", "o8");
    }

    [Theory]
    [InlineData("segment-0001.seg")]
    [InlineData("manifest.json")]
    [InlineData("delta.log")]
    public void Flip_AnyByte_IsFoundAndThePreviousServes(string name)
    {
        string path = Path.Combine(_store.Folder("current"), name);
        byte[] whole = File.ReadAllBytes(path);
        int step = Math.Max(1, whole.Length / 150);
        for (int at = 0; at < whole.Length; at += step)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            Check(path, damaged, whole);
        }
    }

    [Theory]
    [InlineData("segment-0001.seg")]
    [InlineData("manifest.json")]
    [InlineData("delta.log")]
    public void Cut_AnyLength_IsFoundAndThePreviousServes(string name)
    {
        string path = Path.Combine(_store.Folder("current"), name);
        byte[] whole = File.ReadAllBytes(path);
        int step = Math.Max(1, whole.Length / 100);
        for (int length = 0; length < whole.Length; length += step)
        {
            Check(path, whole[..length], whole);
        }
    }

    [Fact]
    public void Flip_CommitFile_LosesNothing()
    {
        string path = Path.Combine(_store.Folder("current"), DeltaLog.CommitFileName);
        byte[] whole = File.ReadAllBytes(path);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 4;
            File.WriteAllBytes(path, damaged);
            _store.Restart();
            Assert.Equal(("o7", "o8"), (_store.Best("m0"), _store.Best("m1")));
        }
    }

    [Fact]
    public void TornEndOfDeltaLog_IsCutOffAndWrittenOver()
    {
        string path = Path.Combine(_store.Folder("current"), DeltaLog.FileName);
        File.AppendAllText(path, "torn");
        _store.Restart();
        Assert.Equal(("o7", "o8"), (_store.Best("m0"), _store.Best("m1")));

        Put("m2", "o9");
        _store.Restart();

        Assert.Equal(("o7", "o8", "o9"), (_store.Best("m0"), _store.Best("m1"), _store.Best("m2")));
    }

    [Theory]
    [InlineData("serving-a.json")]
    [InlineData("serving-b.json")]
    public void Flip_Pointer_TheOtherOneTells(string name)
    {
        string path = Path.Combine(_store.Directory, name);
        byte[] whole = File.ReadAllBytes(path);
        for (int at = 0; at < whole.Length; at += 7)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            File.WriteAllBytes(path, damaged);
            _store.Restart();
            Assert.Contains(_store.Serving.Current!.Generation.Id, (string[])["before", "current"]);
            File.WriteAllBytes(path, whole);
        }
    }

    public void Dispose() => _store.Dispose();

    private void Put(string member, string offer) =>
        Assert.Empty(_store.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig(member, [new(offer, 1)], [])]));

    private void Check(string path, byte[] damaged, byte[] whole)
    {
        Dictionary<string, byte[]> pointers = Directory.GetFiles(_store.Directory, "serving-*").ToDictionary(file => file, File.ReadAllBytes);
        File.WriteAllBytes(path, damaged);
        _store.Restart();

        Assert.Equal("before", _store.Serving.Current?.Generation.Id);
        Assert.Equal("o1", _store.Best("m0"));
        GenerationInfo info = _store.Registry.Get("current");
        Assert.Equal(GenerationState.Failed, info.State);
        Assert.Contains(Path.GetFileName(path), info.Failure, StringComparison.Ordinal);
        Assert.Throws<GenerationException>(() => _store.Registry.Publish("current", force: true));

        File.WriteAllBytes(path, whole);
        foreach ((string file, byte[] bytes) in pointers)
        {
            File.WriteAllBytes(file, bytes);
        }
    }
}
