using DecisionServer.Store;

namespace DecisionServer.Store.Tests.Generations;

public sealed class LoadTests : IDisposable
{
    private readonly RegistryFixture _store = new();
    private string _token = "";

    [Fact]
    public void Store_ChunkAgain_HasNoEffect()
    {
        LoadSession load = Begin();
        byte[] chunk = RegistryFixture.Packed(0, 10, 0);

        Assert.Equal(10, load.Store(_token, "s", 1, chunk).Accepted);
        ChunkResult again = load.Store(_token, "s", 1, chunk);

        Assert.True(again is { Repeated: true, Accepted: 0, Rejected.Count: 0 });
        Assert.Equal(10, load.Counts.OfferSets);
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(0UL)]
    public void Store_OutOfOrder_NamesTheOneExpected(ulong sequence)
    {
        LoadSession load = Begin();
        load.Store(_token, "s", 1, RegistryFixture.Packed(0, 10, 0));

        GenerationException refused = Assert.Throws<GenerationException>(() => load.Store(_token, "s", sequence, RegistryFixture.Packed(10, 20, 0)));

        Assert.Equal(GenerationError.OutOfOrder, refused.Error);
        Assert.Contains("chunk 2 of stream 's'".Replace("of stream 's'", "is the next", StringComparison.Ordinal), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Store_EveryTruncation_IsRefusedAsAWhole()
    {
        LoadSession load = Begin();
        byte[] chunk = RegistryFixture.Packed(0, 2, 0);
        for (int length = 1; length < chunk.Length; length++)
        {
            if (length == chunk.Length / 2)
            {
                continue;
            }

            Assert.Equal(GenerationError.Malformed, Assert.Throws<GenerationException>(() => load.Store(_token, "s", 1, chunk.AsSpan(0, length))).Error);
        }

        Assert.Equal(0, load.Counts.OfferSets);
    }

    [Fact]
    public void Store_BadSets_AreRefusedOneByOne()
    {
        LoadSession load = Begin();
        var bytes = new List<byte>();
        RegistryFixture.Append(bytes, "good", [(0, 1f)]);
        RegistryFixture.Append(bytes, "", [(0, 1f)]);
        RegistryFixture.Append(bytes, new string('x', 65), [(0, 1f)]);
        RegistryFixture.Append(bytes, "good", [(0, 1f)]);
        RegistryFixture.Append(bytes, "unknown", [(10, 1f)]);
        RegistryFixture.Append(bytes, "twice", [(1, 1f), (2, 0.5f), (1, 0.25f)]);
        RegistryFixture.Append(bytes, "nan", [(1, float.NaN)]);
        RegistryFixture.Append(bytes, "infinite", [(1, float.PositiveInfinity)]);
        RegistryFixture.Append(bytes, "empty", []);

        ChunkResult result = load.Store(_token, "s", 1, bytes.ToArray());

        Assert.Equal(1, result.Accepted);
        Assert.Equal(
            [(1, RejectReason.MemberId), (2, RejectReason.MemberId), (3, RejectReason.DuplicateMember), (4, RejectReason.UnknownOffer),
             (5, RejectReason.DuplicateOffer), (6, RejectReason.Score), (7, RejectReason.Score), (8, RejectReason.Empty)],
            result.Rejected.Select(rejected => (rejected.Index, rejected.Reason)));
        Assert.All(result.Rejected, rejected => Assert.NotEmpty(rejected.Message));
        Assert.Equal(8, load.Counts.Rejected);
    }

    [Fact]
    public void Store_SixtyFiveOffersOrAffinities_AreRefused()
    {
        LoadSession load = Begin([.. Enumerable.Range(0, 100).Select(i => new OfferConfig { OfferId = $"o{i}" })]);
        OfferSetConfig offers = new("m", [.. Enumerable.Range(0, 65).Select(i => new ScoredOfferConfig($"o{i}", 1))], []);
        OfferSetConfig affinities = new("m", [], [.. Enumerable.Range(0, 65).Select(i => new AffinityConfig(AffinityKind.Item, $"i{i}", 1))]);

        ChunkResult result = load.Store(_token, "s", 1, [offers, affinities]);

        Assert.Equal([RejectReason.TooManyOffers, RejectReason.TooManyAffinities], result.Rejected.Select(rejected => rejected.Reason));
    }

    [Fact]
    public void Store_BadAffinities_AreRefused()
    {
        LoadSession load = Begin();
        OfferSetConfig[] sets =
        [
            new("a", [], [new((AffinityKind)9, "x", 1)]),
            new("b", [], [new(AffinityKind.Brand, "", 1)]),
            new("c", [], [new(AffinityKind.Brand, "x", 1), new(AffinityKind.Brand, "x", 0.5f)]),
            new("d", [], [new(AffinityKind.Brand, "x", float.NaN)]),
            new("e", [], [new(AffinityKind.Brand, "x", 1), new(AffinityKind.Item, "x", 1)]),
        ];

        ChunkResult result = load.Store(_token, "s", 1, sets);

        Assert.Equal(
            [RejectReason.Affinity, RejectReason.Affinity, RejectReason.Affinity, RejectReason.Score],
            result.Rejected.Select(rejected => rejected.Reason));
        Assert.Equal(1, result.Accepted);
    }

    [Fact]
    public void Store_OffersAndAffinitiesApart_AreOneMember()
    {
        LoadSession load = Begin();
        load.Store(_token, "a", 1, [new OfferSetConfig("m", [new("o1", 1)], [])]);
        ChunkResult result = load.Store(_token, "b", 1, [new OfferSetConfig("m", [], [new(AffinityKind.Brand, "x", 1)])]);

        Assert.Empty(result.Rejected);
        Assert.Equal((1, 1), (load.Counts.OfferSets, load.Counts.AffinitySets));
    }

    [Fact]
    public void Store_UnsortedScores_AreRankedByScoreThenId()
    {
        LoadSession load = Begin();
        load.Store(_token, "s", 1, [new OfferSetConfig("m", [new("o3", 0.1f), new("o9", 0.7f), new("o2", 0.7f), new("o5", 0.9f)], [])]);
        _store.Registry.Seal("w", _token, new SealRequest());
        _store.Registry.Publish("w", force: false);

        var buffer = new OfferSetBuffer();
        Assert.True(_store.Serving.Current!.Generation.TryReadOfferSet(MemberKey.From("m"), buffer));

        Assert.Equal([5, 2, 9, 3], buffer.OfferIndexes.Take(buffer.Count));
    }

    [Fact]
    public void Begin_Twice_IsRefusedAndTakingOverShutsOut()
    {
        LoadSession load = Begin();
        string first = _token;

        GenerationException refused = Assert.Throws<GenerationException>(() => _store.Registry.Begin("w", 0, resume: false, "test"));
        Assert.Equal(GenerationError.AlreadyExists, refused.Error);

        BegunLoad second = _store.Registry.Begin("w", 0, resume: true, "test");
        Assert.Equal(GenerationError.TakenOver, Assert.Throws<GenerationException>(() => load.Store(first, "s", 1, RegistryFixture.Packed(0, 1, 0))).Error);
        Assert.Equal(1, load.Store(second.Token, "s", 1, RegistryFixture.Packed(0, 1, 0)).Accepted);
    }

    [Fact]
    public void Begin_ResumeFromAnotherSource_IsRefused()
    {
        Begin();

        GenerationException refused = Assert.Throws<GenerationException>(() => _store.Registry.Begin("w", 0, resume: true, "other"));

        Assert.Contains("another source (test)", refused.Message, StringComparison.Ordinal);
    }

    // The process dies in the middle: whatever the last write left behind, what was whole counts, the rest is asked for again.
    [Fact]
    public void Resume_AfterEveryTear_GoesOnWithoutLossOrDuplicate()
    {
        LoadSession load = Begin();
        load.Store(_token, "a", 1, RegistryFixture.Packed(0, 50, 0));
        load.Store(_token, "b", 1, RegistryFixture.Packed(50, 100, 0));
        load.Store(_token, "a", 2, RegistryFixture.Packed(100, 150, 0));
        string segment = Path.Combine(_store.Folder("w"), SegmentFile.NameOf(1));
        byte[] whole = File.ReadAllBytes(segment);
        var random = new Random(7);

        for (int round = 0; round < 40; round++)
        {
            _store.Registry.Dispose();
            int length = round == 0 ? whole.Length : random.Next(0, whole.Length);
            File.WriteAllBytes(segment, whole[..length]);
            _store.Restart();
            BegunLoad resumed = _store.Registry.Begin("w", 0, resume: true, "test");
            load = _store.Registry.Load("w", resumed.Token);
            load.LoadOffers(resumed.Token, RegistryFixture.Offers);
            Send("a", 1, 0, 50);
            Send("b", 1, 50, 100);
            Send("a", 2, 100, 150);
            Assert.Equal((150L, 0L), (load.Counts.OfferSets, load.Counts.Rejected));

            void Send(string stream, ulong sequence, int from, int to)
            {
                ulong at = resumed.Positions.SingleOrDefault(position => position.StreamId == stream).Sequence;
                ChunkResult result = load.Store(resumed.Token, stream, sequence, RegistryFixture.Packed(from, to, 0));
                Assert.Equal(sequence <= at, result.Repeated);
            }
        }

        string token = _store.Registry.Begin("w", 0, resume: true, "test").Token;
        Assert.Equal(GenerationState.Sealed, _store.Registry.Seal("w", token, new SealRequest { OfferSets = 150 }).State);
        _store.Registry.Publish("w", force: false);
        _store.Restart();
        Assert.All(Enumerable.Range(0, 150), m => Assert.Equal("o0", _store.Best($"m{m}")));
    }

    public void Dispose() => _store.Dispose();

    private LoadSession Begin(IReadOnlyList<OfferConfig>? offers = null)
    {
        _token = _store.Registry.Begin("w", 0, resume: false, "test").Token;
        LoadSession load = _store.Registry.Load("w", _token);
        load.LoadOffers(_token, offers ?? RegistryFixture.Offers);
        return load;
    }
}
