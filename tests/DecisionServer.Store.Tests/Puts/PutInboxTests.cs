using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Puts;

/// <summary>What truth says was put into a generation is taken in once, in order, and never brings back who was erased since.</summary>
public sealed class PutInboxTests : IDisposable
{
    private const string Truth = "0123456789abcdef";
    private readonly RegistryFixture _store = new();
    private readonly List<GenerationPut> _truth = [];

    public PutInboxTests()
    {
        _store.Load("w");
        _store.Registry.Publish("w", force: false);
        _store.Truth = Truth;
        _store.Restart();
    }

    [Fact]
    public void Take_SetsAndOffers_AreServedAndThereAfterARestart()
    {
        PutSets(("m0", "o5"), ("new", "o6"));
        PutOffers("fresh", "o0");
        PutSets(("m1", "fresh"));
        PutSets(("m0", "o7"));

        Take(0, 4);

        for (int start = 0; start < 3; start++)
        {
            Assert.Equal(("o7", "fresh", "o0", "o6"), (_store.Best("m0"), _store.Best("m1"), _store.Best("m2"), _store.Best("new")));
            Assert.Equal("changed", _store.Serving.Current!.Catalogue[0].Config.Title);
            Assert.Equal((4, 1), (PutInbox.PlaceOf(Current, Truth).Sequence, Current.Puts.Catalogue));
            _store.Restart(early: start == 1);
        }
    }

    [Fact]
    public void Take_InPiecesTwiceAndFromTheBeginning_ComesToTheSame()
    {
        for (int i = 0; i < 12; i++)
        {
            if (i % 4 == 1)
            {
                PutOffers($"fresh-{i}");
            }
            else
            {
                PutSets(($"m{i % 5}", i % 4 == 2 ? $"fresh-{i - 1}" : "o9"), ($"new-{i}", "o1"));
            }
        }

        using var other = new PutInboxTests();
        Take(0, 12);
        int at = 0;
        foreach (int size in (int[])[3, 1, 5, 2, 1])
        {
            other.Take(_truth, Math.Max(0, at - 2), at + size);
            at += size;
            if (size == 5)
            {
                other._store.Restart();
            }
        }

        Assert.Equal(_store.Registry.ChangesDigest(), other._store.Registry.ChangesDigest());
        Assert.NotEqual(0UL, _store.Registry.ChangesDigest());
        Assert.Equal(Current.Puts, other.Current.Puts);
        other.PutSets(("m4", "o2"));
        other.Take(0, 1, from: 13);
        Assert.NotEqual(_store.Registry.ChangesDigest(), other._store.Registry.ChangesDigest());
    }

    [Fact]
    public void Take_LogLostInPart_TheRestIsTakenInAgain()
    {
        PutSets(("m0", "o5"));
        PutOffers("fresh");
        PutSets(("m1", "fresh"));
        Take(0, 3);
        ulong digest = _store.Registry.ChangesDigest();

        // Cut down by a crash: without its note of how long it is, the log ends where its blocks do.
        string log = Path.Combine(_store.Folder("w"), DeltaLog.FileName);
        _store.Registry.Dispose();
        File.Delete(Path.Combine(_store.Folder("w"), DeltaLog.CommitFileName));
        using (var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(file.Length - 70);
        }

        _store.Restart();
        Assert.True(PutInbox.PlaceOf(Current, Truth).Sequence < 3);
        Take(0, 3);

        Assert.Equal(("o5", "fresh", digest), (_store.Best("m0"), _store.Best("m1"), _store.Registry.ChangesDigest()));
        _store.Restart();
        Assert.Equal(("fresh", 3), (_store.Best("m1"), PutInbox.PlaceOf(Current, Truth).Sequence));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Take_MembersErasedInBetween_OnlyWhatWasPutAfterwardsIsServed(bool late)
    {
        // 1. Put, erased, and put again: by a node that follows at once, and by one that comes to all of it when all is over.
        PutSets(("m0", "o5"), ("m1", "o5"), ("m2", "o5"));
        Follow();
        _store.Erase("m0");
        _store.Erase("m1");
        Follow();
        PutSets(("m1", "o6"));
        Follow();
        _store.Erase("m2");
        Follow();
        late = false;
        Follow();

        for (int start = 0; start < 3; start++)
        {
            Assert.Equal((null, "o6", null, "o0"), (_store.Best("m0"), _store.Best("m1"), _store.Best("m2"), _store.Best("m3")));
            _store.Restart();
        }

        void Follow()
        {
            if (!late)
            {
                Take(0, _truth.Count);
                _store.Registry.FollowErasures();
            }
        }
    }

    [Fact]
    public void Recover_UnderAnotherTruth_WhatWasPutBeforeIsPutAside()
    {
        PutSets(("m0", "o5"));
        Take(0, 1);
        _store.Truth = "fedcba9876543210";

        _store.Restart(early: true);

        Assert.Equal("o0", _store.Best("m0"));
        Assert.Equal(default, PutInbox.PlaceOf(Current, _store.Truth));
        Assert.True(File.Exists(Path.Combine(_store.Folder("w"), DeltaLog.FileName + ".aside")));
        _store.Inbox.Take(Current, _store.Truth, [_truth[0] with { Place = new PutPlace(1, 1) }]);
        _store.Restart();
        Assert.Equal("o5", _store.Best("m0"));
    }

    [Fact]
    public void Take_LogCannotBeWritten_IsServedAllTheSame()
    {
        string log = Path.Combine(_store.Folder("w"), DeltaLog.FileName);
        File.CreateSymbolicLink(log, Path.Combine(_store.Directory, "nowhere", "log"));
        PutSets(("m0", "o5"));
        PutOffers("fresh");
        PutSets(("m1", "fresh"));

        Take(0, 3);

        Assert.Equal(("o5", "fresh", 3), (_store.Best("m0"), _store.Best("m1"), PutInbox.PlaceOf(Current, Truth).Sequence));
        File.Delete(log);
        _store.Restart();
        Assert.Equal(("o0", default), (_store.Best("m0"), PutInbox.PlaceOf(Current, Truth)));
    }

    [Fact]
    public void Take_WhatDoesNotFit_IsRefusedAndNothingOfItTakenIn()
    {
        PutSets(("m0", "o5"));
        PutOffers("fresh");
        PutOffers("fresher");

        Assert.Throws<GenerationException>(() => Take(2, 3));
        Assert.Throws<GenerationException>(() => _store.Inbox.Take(Current, Truth, [_truth[0] with { Content = new byte[30] }]));
        Assert.Throws<GenerationException>(() => _store.Inbox.Take(Current, Truth, [_truth[0] with { Catalogue = 1 }]));

        Assert.Equal(("o0", default), (_store.Best("m0"), PutInbox.PlaceOf(Current, Truth)));
    }

    public void Dispose() => _store.Dispose();

    private Generation Current => _store.Serving.Current!.Generation;

    private void Take(int at, int end, int from = 1) => _store.Inbox.Take(Current, Truth, [.. _truth[at..end].Select(put => put with { Place = put.Place with { Sequence = put.Place.Sequence + from - 1 } })]);

    private void Take(List<GenerationPut> truth, int at, int end) => _store.Inbox.Take(Current, Truth, truth[at..end]);

    private void PutSets(params (string Member, string Offer)[] sets)
    {
        // Packed where everything before has been taken in, as a node that puts has it.
        using var packing = new PackingNode(_truth);
        PackedPut packed = packing.Pack([.. sets.Select(set => new OfferSetConfig(set.Member, [new(set.Offer, 1)], []))]);
        Add(PutKind.Sets, packed.Catalogue, packed.Parts[0]);
    }

    private void PutOffers(params string[] ids)
    {
        using var packing = new PackingNode(_truth);
        PackedPut packed = packing.Pack([.. ids.Select(id => new OfferConfig { OfferId = id, Title = "changed" })]);
        Add(PutKind.Offers, packed.Catalogue + 1, packed.Parts[0]);
    }

    private void Add(PutKind kind, long catalogue, byte[] content) => _truth.Add(new GenerationPut
    {
        Place = new PutPlace(_truth.Count + 1, 1),
        Kind = kind,
        Catalogue = catalogue,
        Erasures = _store.Erased.Count,
        Content = content,
    });

    /// <summary>Another node that has the generation and has followed.</summary>
    private sealed class PackingNode : IDisposable
    {
        private readonly RegistryFixture _store = new();

        public PackingNode(List<GenerationPut> truth)
        {
            _store.Load("w");
            _store.Registry.Publish("w", force: false);
            _store.Inbox.Take(Generation, Truth, truth);
        }

        private Generation Generation => _store.Serving.Current!.Generation;

        public PackedPut Pack(IReadOnlyList<OfferSetConfig> sets)
        {
            PackedPut packed = Generation.Pack(sets, 1 << 20, out IReadOnlyList<RejectedSet> rejected);
            Assert.Empty(rejected);
            return packed;
        }

        public PackedPut Pack(IReadOnlyList<OfferConfig> offers) => Generation.Pack(offers, out _, out _);

        public void Dispose() => _store.Dispose();
    }
}
