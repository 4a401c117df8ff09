using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Transfer;

/// <summary>A generation that comes from another node is the same one here, or is refused by name.</summary>
public sealed class ImportTests : IDisposable
{
    private const int Members = 2000;
    private readonly RegistryFixture _from = new();
    private readonly RegistryFixture _to = new();

    public ImportTests()
    {
        _from.Load("w", Members, best: 3);
        _from.Registry.Publish("w", force: false);
    }

    [Fact]
    public void Import_Whole_IsSealedAndEqual()
    {
        _from.Registry.Files("w");
        GenerationInfo info = Courier.Bring(_from, _to, "w");

        Assert.Equal((GenerationState.Sealed, _from.Registry.Get("w").ContentHash, (long)Members), (info.State, info.ContentHash, info.Counts.OfferSets));
        _to.Registry.Publish("w", force: false);
        AssertAlike();
        _to.Restart();
        AssertAlike();
    }

    [Fact]
    public void Import_OfWhatWasChanged_IsAsItWasSealedAndTakesChanges()
    {
        Put(_from, "m1", "o9");
        _from.Serving.PutOffers([new OfferConfig { OfferId = "later" }], out _, out _);

        Courier.Bring(_from, _to, "w");
        _to.Registry.Publish("w", force: false);

        Put(_to, "m2", "o8");
        for (int start = 0; start < 2; start++)
        {
            Assert.Equal(("o3", "o8"), (_to.Best("m1"), _to.Best("m2")));
            Assert.Equal(RegistryFixture.Offers.Count, _to.Serving.Current!.Catalogue.Count);
            _to.Restart();
        }
    }

    [Fact]
    public void Import_FromImported_IsTheSameAgain()
    {
        using var third = new RegistryFixture();
        Courier.Bring(_from, _to, "w");
        Courier.Bring(_to, third, "w");
        third.Registry.Publish("w", force: false);

        for (int m = 0; m < Members; m++)
        {
            Assert.Equal(_from.Best($"m{m}"), third.Best($"m{m}"));
        }
    }

    [Fact]
    public void Import_Again_ChangesNothing()
    {
        Courier.Bring(_from, _to, "w");
        GenerationInfo again = Courier.Bring(_from, _to, "w");

        Assert.Equal(GenerationState.Sealed, again.State);
        Assert.Single(_to.Registry.List());
        Assert.Empty(StagedGeneration.Find(Courier.Options(_to)));
    }

    [Fact]
    public void Import_OtherContentUnderTheId_IsRefusedAndStays()
    {
        _to.Load("w", members: 5, best: 1);

        GenerationException refused = Assert.Throws<GenerationException>(() => Courier.Bring(_from, _to, "w"));

        Assert.Equal(GenerationError.AlreadyExists, refused.Error);
        _to.Registry.Publish("w", force: true);
        Assert.Equal("o1", _to.Best("m1"));
    }

    [Fact]
    public void Import_FailedAtAGate_ComesAsSuch()
    {
        _from.Load("weak", members: 10, best: 1, new SealRequest { OfferSets = 100 });

        GenerationInfo info = Courier.Bring(_from, _to, "weak");

        Assert.Equal(GenerationState.Failed, info.State);
        Assert.Equal(GenerationState.Current, _to.Registry.Publish("weak", force: true).Generation.State);
    }

    [Fact]
    public void Files_UnsealedUnknownOrDamaged_AreRefused()
    {
        _from.Registry.Begin("open", 1, resume: false, "test");

        Assert.Equal(GenerationError.NotFound, Assert.Throws<GenerationException>(() => _from.Registry.Files("none")).Error);
        Assert.Equal(GenerationError.WrongState, Assert.Throws<GenerationException>(() => _from.Registry.Files("open")).Error);
        File.Delete(Path.Combine(_from.Folder("w"), "segment-0001.seg"));
        _from.Restart();
        Assert.Contains("segment-0001.seg", Assert.Throws<GenerationException>(() => _from.Registry.Files("w")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Begin_FilesThatLeadElsewhere_AreRefused()
    {
        using StagedGeneration staged = Courier.Stage(_to, "w");
        GenerationFiles files = _from.Registry.Files("w");
        foreach (string name in (string[])["../evil", "/etc/evil", "segment-0001.seg/../../evil", "segment-1.seg", "delta.log", "delta.commit", "segment-+001.seg", ""])
        {
            Assert.Throws<GenerationException>(() => staged.Begin(files.ContentHash, [.. files.Files, new TransferFile(name, 5)]));
        }
    }

    // Whatever is damaged on the way or at the source: named, nothing of it is used, and what comes good afterwards is taken in.
    [Theory]
    [InlineData("load.json")]
    [InlineData("manifest.json")]
    [InlineData("segment-0001.seg")]
    public void Write_SourceDamaged_IsRefusedByNameAndComesAnew(string name)
    {
        string path = Path.Combine(_from.Folder("w"), name);
        byte[] whole = File.ReadAllBytes(path);
        using StagedGeneration staged = Courier.Stage(_to, "w");
        int step = Math.Max(1, whole.Length / 40);
        for (int at = 0; at < whole.Length; at += step)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, damaged);

            GenerationException refused = Assert.Throws<GenerationException>(() => Courier.Carry(_from, staged));

            Assert.Equal(GenerationError.Damaged, refused.Error);
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
            Assert.False(staged.IsComplete);
            if (name is "load.json" or "manifest.json")
            {
                staged.Discard();
            }
        }

        File.WriteAllBytes(path, whole);
        Courier.Carry(_from, staged);
        _to.Registry.Import(staged);
        _to.Registry.Publish("w", force: false);
        AssertAlike();
    }

    [Fact]
    public void Write_PartDamagedOrOutOfPlace_IsRefusedByName()
    {
        using StagedGeneration staged = Courier.Stage(_to, "w");
        foreach (Func<TransferChunk, TransferChunk> change in (Func<TransferChunk, TransferChunk>[])
        [
            part => part.Name == "segment-0001.seg" && part.Offset > 0 ? part with { Crc = part.Crc ^ 1 } : part,
            part => part.Name == "segment-0001.seg" && part.Offset > 0 ? part with { Offset = part.Offset + 1 } : part,
            part => part.Name == "segment-0001.seg" && part.Offset > 0 ? part with { Offset = -1 } : part,
            part => part.Name == "segment-0001.seg" ? part with { Name = "segment-0002.seg" } : part,
        ])
        {
            GenerationException refused = Assert.Throws<GenerationException>(() => Courier.Carry(_from, staged, change: change));
            Assert.Equal(GenerationError.Damaged, refused.Error);
        }

        Courier.Carry(_from, staged);
        _to.Registry.Import(staged);
        _to.Registry.Publish("w", force: false);
        AssertAlike();
    }

    // Cut after any number of parts, by this process or by its end: what has come is held, and the rest comes behind it.
    [Fact]
    public void Carry_CutAgainAndAgain_GoesOnBehindWhatHasCome()
    {
        long held = 0;
        int cuts = 0;
        for (bool complete = false; !complete; cuts++)
        {
            using StagedGeneration staged = Courier.Stage(_to, "w");
            Assert.True(staged.Held.Sum(file => file.Length) >= held);
            held = staged.Held.Sum(file => file.Length);
            Courier.Carry(_from, staged, most: 4);
            complete = staged.IsComplete;
            Assert.Empty(_to.Registry.List());
            if (complete)
            {
                _to.Registry.Import(staged);
            }

            _to.Restart();
        }

        Assert.True(cuts > 5, $"{cuts} cuts");
        _to.Registry.Publish("w", force: false);
        AssertAlike();
    }

    [Fact]
    public void Import_TornFolder_IsRefusedByNameAndNothingIsChanged()
    {
        using StagedGeneration staged = Courier.Stage(_to, "w");
        Courier.Carry(_from, staged, most: 5);
        Assert.False(staged.IsComplete);

        GenerationException refused = Assert.Throws<GenerationException>(() => _to.Registry.Import(staged));

        Assert.Equal(GenerationError.Damaged, refused.Error);
        Assert.Contains("segment-0001.seg", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_to.Registry.List());
        _to.Restart();
        Assert.Empty(_to.Registry.List());
    }

    [Fact]
    public void Import_StagedFileLostAfterItWasGood_IsRefusedByName()
    {
        using StagedGeneration staged = Courier.Stage(_to, "w");
        Courier.Carry(_from, staged);
        string path = Path.Combine(staged.Folder.Path, "segment-0001.seg");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Contains("segment-0001.seg", Assert.Throws<GenerationException>(() => _to.Registry.Import(staged)).Message, StringComparison.Ordinal);
        Assert.Empty(_to.Registry.List());

        // The next attempt finds it out by itself.
        using StagedGeneration next = Courier.Stage(_to, "w");
        Courier.Carry(_from, next);
        Assert.Equal(GenerationState.Sealed, _to.Registry.Import(next).State);
    }

    [Fact]
    public void Import_DamagedHere_TakesItsPlace()
    {
        Courier.Bring(_from, _to, "w");
        string path = Path.Combine(_to.Folder("w"), "segment-0001.seg");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);
        _to.Restart();
        Assert.Throws<GenerationException>(() => _to.Registry.Publish("w", force: false));

        Assert.Equal(GenerationState.Sealed, Courier.Bring(_from, _to, "w").State);

        _to.Registry.Publish("w", force: false);
        for (int start = 0; start < 2; start++)
        {
            AssertAlike();
            Assert.Empty(Directory.GetDirectories(_to.Directory, "replaced-*"));
            _to.Restart();
        }
    }

    // The process ends between the two renames: the damaged one is aside, the staged one not there yet.
    [Fact]
    public void Recover_CutBetweenTheRenames_HasNeitherAndTheStagedOneComes()
    {
        Courier.Bring(_from, _to, "w");
        Directory.Move(_to.Folder("w"), Path.Combine(_to.Directory, "replaced-x"));
        using (StagedGeneration staged = Courier.Stage(_to, "w"))
        {
            Courier.Carry(_from, staged);
        }

        _to.Restart();

        Assert.Empty(_to.Registry.List());
        Assert.Empty(Directory.GetDirectories(_to.Directory, "replaced-*"));
        Assert.Equal(["w"], StagedGeneration.Find(Courier.Options(_to)));
        using StagedGeneration again = Courier.Stage(_to, "w");
        Courier.Carry(_from, again, most: 0);
        Assert.True(again.IsComplete);
        _to.Registry.Import(again);
        _to.Registry.Publish("w", force: false);
        AssertAlike();
    }

    [Fact]
    public void Import_ToldToStop_LeavesNothingBehind()
    {
        using StagedGeneration staged = Courier.Stage(_to, "w");
        Courier.Carry(_from, staged);

        Assert.Throws<OperationCanceledException>(() => _to.Registry.Import(staged, new CancellationToken(canceled: true)));

        Assert.Empty(_to.Registry.List());
        Assert.Equal(GenerationState.Sealed, _to.Registry.Import(staged).State);
    }

    [Fact]
    public void Import_NoRoomInMemory_IsRefusedWithTheFigures()
    {
        _to.Restart(maxTotalBytes: 1000);
        using StagedGeneration staged = Courier.Stage(_to, "w");
        Courier.Carry(_from, staged);

        GenerationException refused = Assert.Throws<GenerationException>(() => _to.Registry.Import(staged));

        Assert.Equal(GenerationError.StorageFull, refused.Error);
        Assert.Contains("Limits:MemoryMebibytes", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_to.Registry.List());
    }

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    private static void Put(RegistryFixture node, string member, string offer) =>
        Assert.Empty(node.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig(member, [new(offer, 1)], [])]));

    private void AssertAlike()
    {
        Assert.Equal("w", _to.Serving.Current!.Generation.Id);
        foreach (string member in Enumerable.Range(0, Members).Select(m => $"m{m}"))
        {
            Assert.Equal(_from.Best(member), _to.Best(member));
            Assert.NotNull(_to.Best(member));
        }
    }
}
