using System.Text;

namespace DecisionServer.Store.Tests.Generations;

public sealed class CompactChunkTests : IDisposable
{
    private readonly RegistryFixture _store = new();
    private string _token = "";
    private string _id = "";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Store_CompactChunk_IsWhatThePackedOneIs(bool wide, bool floats)
    {
        (uint Offer, float Score)[] offers = [.. Enumerable.Range(0, 35).Select(i => ((uint)(i * 7 % 40), floats ? 1 - (i / 64f) : (5000 - i) / 10_000f))];
        var packed = new List<byte>();
        RegistryFixture.Append(packed, "m", offers);
        LoadSession one = Begin("packed");
        Assert.Equal(1, one.Store(_token, "s", 1, packed.ToArray()).Accepted);
        byte[] expected = Sealed();

        LoadSession other = Begin("compact");
        Assert.Equal(1, other.Store(_token, "s", 1, Compact("m", offers, wide, floats), ChunkForm.Compact).Accepted);

        Assert.Equal(expected, Sealed());
    }

    [Fact]
    public void Store_EveryTruncation_IsRefusedAsAWhole()
    {
        LoadSession load = Begin("cut");
        byte[] chunk = Compact("m", [(1, 0.5f), (2, 0.25f)], wide: false, floats: false);
        for (int length = 1; length < chunk.Length; length++)
        {
            Assert.Equal(GenerationError.Malformed, Assert.Throws<GenerationException>(() => load.Store(_token, "s", 1, chunk.AsSpan(0, length), ChunkForm.Compact)).Error);
        }

        Assert.Equal(0, load.Counts.OfferSets);
    }

    [Fact]
    public void Store_UnknownFlag_IsRefused()
    {
        LoadSession load = Begin("flag");
        byte[] chunk = Compact("m", [(1, 0.5f)], wide: false, floats: false);
        chunk[4] = 4;

        Assert.Equal(GenerationError.Malformed, Assert.Throws<GenerationException>(() => load.Store(_token, "s", 1, chunk, ChunkForm.Compact)).Error);
    }

    [Fact]
    public void Store_BadSets_AreRefusedOneByOne()
    {
        LoadSession load = Begin("bad");
        byte[] chunk =
        [
            .. Compact("good", [(0, 1f)], false, false),
            .. Compact("unknown", [(40, 1f)], false, false),
            .. Compact("twice", [(1, 1f), (1, 0.5f)], false, false),
            .. Compact("nan", [(1, float.NaN)], true, true),
            .. Compact("many", [.. Enumerable.Range(0, 255).Select(i => ((uint)i, 1f))], true, true),
            .. Compact("last", [(39, 0.1234f)], false, false),
        ];

        ChunkResult result = load.Store(_token, "s", 1, chunk, ChunkForm.Compact);

        Assert.Equal(2, result.Accepted);
        Assert.Equal(
            [(1, RejectReason.UnknownOffer), (2, RejectReason.DuplicateOffer), (3, RejectReason.Score), (4, RejectReason.UnknownOffer)],
            result.Rejected.Select(rejected => (rejected.Index, rejected.Reason)));
    }

    public void Dispose() => _store.Dispose();

    private static byte[] Compact(string member, (uint Offer, float Score)[] offers, bool wide, bool floats)
    {
        byte[] id = Encoding.UTF8.GetBytes(member);
        return
        [
            (byte)id.Length, .. id, (byte)offers.Length, 0, (byte)((wide ? 1 : 0) | (floats ? 2 : 0)),
            .. offers.SelectMany(offer => wide ? BitConverter.GetBytes(offer.Offer) : BitConverter.GetBytes((ushort)offer.Offer)),
            .. offers.SelectMany(offer => floats ? BitConverter.GetBytes(offer.Score) : BitConverter.GetBytes((ushort)MathF.Round(offer.Score * 10_000))),
        ];
    }

    private LoadSession Begin(string id)
    {
        BegunLoad begun = _store.Registry.Begin(_id = id, 10, resume: false, "test");
        _token = begun.Token;
        LoadSession load = _store.Registry.Load(id, _token);
        load.LoadOffers(_token, [.. Enumerable.Range(0, 40).Select(i => new OfferConfig { OfferId = $"o{i}" })]);
        return load;
    }

    /// <summary>The bytes of the sealed generation's segments.</summary>
    private byte[] Sealed()
    {
        _store.Registry.Seal(_id, _token, new SealRequest { OfferSets = 1 });
        return [.. Directory.GetFiles(_store.Folder(_id), "*.seg").Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
    }
}
