using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Transfer;

public sealed class SharedGenerationsTests : IDisposable
{
    private readonly RegistryFixture _from = new();
    private readonly RegistryFixture _to = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("shared-").FullName;
    private readonly SharedGenerations _shared;

    public SharedGenerationsTests()
    {
        _shared = new SharedGenerations(_directory);
        _from.Load("w", members: 500, best: 3);
        _from.Registry.Publish("w", force: false);
    }

    private string Segment => Path.Combine(_directory, "g-w", "segment-0001.seg");

    [Fact]
    public void Take_Offered_IsAsItWasSealed()
    {
        Put("m1", "o9");
        _shared.Offer(_from.Registry.Files("w"));

        using StagedGeneration staged = Courier.Stage(_to, "w");
        Assert.True(_shared.TryTake(staged));
        _to.Registry.Import(staged);
        _to.Registry.Publish("w", force: false);

        Assert.Equal(("o3", "o3"), (_to.Best("m1"), _to.Best("m499")));
        Assert.Equal("o9", _from.Best("m1"));

        // Changes here do not reach the shared copy or the source.
        Assert.Empty(_to.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig("m3", [new("o8", 1)], [])]));
        _from.Restart();
        Assert.Equal(("o3", "o8"), (_from.Best("m3"), _to.Best("m3")));
    }

    [Fact]
    public void Offer_Again_ChangesNothing()
    {
        _shared.Offer(_from.Registry.Files("w"));
        _shared.Offer(_from.Registry.Files("w"));

        Assert.Equal([Path.Combine(_directory, "g-w")], Directory.GetDirectories(_directory));
    }

    [Fact]
    public void Take_NotThere_IsNotThere()
    {
        using StagedGeneration staged = Courier.Stage(_to, "w");
        Assert.False(_shared.TryTake(staged));
        _shared.Offer(_from.Registry.Files("w"));
        _shared.Remove("w");
        Assert.False(_shared.TryTake(staged));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("torn")]
    [InlineData("missing")]
    public void Take_Faulty_IsRefusedByName(string fault)
    {
        _shared.Offer(_from.Registry.Files("w"));
        byte[] bytes = File.ReadAllBytes(Segment);
        File.Delete(Segment); // a second name of the source's file: only this one is to be at fault
        if (fault == "damaged")
        {
            bytes[bytes.Length / 3] ^= 1;
            File.WriteAllBytes(Segment, bytes);
        }
        else if (fault == "torn")
        {
            File.WriteAllBytes(Segment, bytes[..(bytes.Length / 2)]);
        }

        using StagedGeneration staged = Courier.Stage(_to, "w");
        GenerationException refused = Assert.Throws<GenerationException>(() => _shared.TryTake(staged));

        Assert.Contains("segment-0001.seg", refused.Message, StringComparison.Ordinal);
        Assert.False(staged.IsComplete);

        // A node brings what is missing.
        Courier.Carry(_from, staged);
        Assert.Equal(GenerationState.Sealed, _to.Registry.Import(staged).State);
    }

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Put(string member, string offer) =>
        Assert.Empty(_from.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig(member, [new(offer, 1)], [])]));
}
