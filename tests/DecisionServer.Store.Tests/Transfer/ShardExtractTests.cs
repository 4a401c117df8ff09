using DecisionServer.Store.Tests.Generations;
using DecisionServer.Store.Tests.Puts;

namespace DecisionServer.Store.Tests.Transfer;

/// <summary>Shards of a generation move between nodes as they were sealed, without who was erased; what was put is read from truth.</summary>
public sealed class ShardExtractTests : IDisposable
{
    private const int Members = 2000;
    private const int Shards = 8;
    private static readonly ShardSet First = new(Shards, [0, 5]);
    private static readonly ShardSet Second = new(Shards, [2]);
    private readonly RegistryFixture _from = new();
    private readonly RegistryFixture _to = new();
    private readonly PutScript _truth;

    public ShardExtractTests()
    {
        _truth = new PutScript(_from);
        (_from.Truth, _to.Truth) = ("0123456789abcdef", "0123456789abcdef");
        _from.Load("w", Members, best: 3);
        _from.Registry.Publish("w", force: false);
        _to.Restart();
    }

    [Fact]
    public void Extract_SomeShards_HoldsTheirMembersAndNobodyElse()
    {
        GenerationInfo info = Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);

        Assert.Equal(First, info.Shards);
        Assert.Equal(Of(First).Count, info.Counts.OfferSets);
        AssertHolds(First);
        Assert.Empty(Directory.GetDirectories(_from.Directory, "outgoing-*"));
        _to.Restart();
        AssertHolds(First);
    }

    [Fact]
    public void Import_FurtherShardsOfWhatServes_JoinItAndAreThereAfterARestart()
    {
        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);

        GenerationInfo info = Courier.Bring(_from, _to, "w", Second);

        Assert.Equal((GenerationState.Current, First.With(Second)), (info.State, info.Shards));
        Assert.Equal(Of(First.With(Second)).Count, info.Counts.OfferSets);
        AssertHolds(First.With(Second));
        Assert.Empty(StagedGeneration.Find(Courier.Options(_to)));
        _to.Restart();
        AssertHolds(First.With(Second));
        Assert.Equal(GenerationState.Current, _to.Registry.Get("w").State);
    }

    [Fact]
    public void Import_FurtherShardsOfWhatIsNotInMemory_AreThereWhenItIsPublished()
    {
        Courier.Bring(_from, _to, "w", First);
        _to.Restart();
        Courier.Bring(_from, _to, "w", Second);

        _to.Registry.Publish("w", force: false);

        AssertHolds(First.With(Second));
    }

    [Fact]
    public void Extract_PutAndErasedSince_IsAsItShouldBeOnceTruthWasFollowed()
    {
        string[] first = [.. Of(First).Take(5)], second = [.. Of(Second).Take(5)];
        string[] touched = [.. first, .. second];
        foreach (string[] members in new[] { first, second })
        {
            // 0: put. 1: erased. 2: erased, and somebody new since. 3: put, then erased. 4: put twice.
            _truth.Sets((members[0], "o9"), (members[3], "o9"), (members[4], "o9"));
            Erase(members[1]);
            Erase(members[2]);
            _truth.Sets((members[2], "o8"), (members[4], "o7"));
            Erase(members[3]);
        }

        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);
        Assert.Equal(["o3", null, null, null, "o3"], first.Select(_to.Best));
        _truth.Follow(_to);
        Courier.Bring(_from, _to, "w", Second);

        for (int start = 0; start < 3; start++)
        {
            foreach (string[] members in new[] { first, second })
            {
                Assert.Equal(["o9", null, "o8", null, "o7"], members.Select(_to.Best));
            }

            Assert.All(Of(First.With(Second)).Except(touched), member => Assert.Equal("o3", _to.Best(member)));
            _to.Restart();
            _truth.Follow(_to);
        }
    }

    // The extract was made before; the node that takes it in has followed more since.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Import_PutOrErasedMeanwhile_WhatIsNewerStays(bool tornLog)
    {
        string[] members = [.. Of(Second).Take(3)];
        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);
        using StagedGeneration staged = Courier.Stage(_to, "w");
        using (ShardExtract extract = _from.Registry.Extract("w", Second, CancellationToken.None))
        {
            Courier.Carry(extract.Files, staged);
        }

        _truth.Sets((members[0], "o9"));
        Erase(members[1]);
        Erase(members[2]);
        _truth.Sets((members[2], "o8"));
        _truth.Follow(_to);
        _to.Registry.Import(staged);

        for (int start = 0; start < 3; start++)
        {
            Assert.Equal(["o9", null, "o8"], members.Select(_to.Best));
            Assert.All(Of(First.With(Second)).Except(members), member => Assert.Equal("o3", _to.Best(member)));
            _to.Registry.Dispose();
            if (tornLog)
            {
                // The disk has lost all of it: truth has it all the same.
                File.Delete(Path.Combine(_to.Folder("w"), DeltaLog.FileName));
                File.Delete(Path.Combine(_to.Folder("w"), DeltaLog.CommitFileName));
            }

            _to.Restart();
            _truth.Follow(_to);
        }
    }

    // The erased one had affinities, the new one of the same id has none.
    [Fact]
    public void Import_ErasedMeanwhileAndSomebodyNewSince_HasNothingOfTheErasedOne()
    {
        string member = Of(Second)[0];
        BegunLoad begun = _from.Registry.Begin("a", 1, resume: false, "test");
        LoadSession load = _from.Registry.Load("a", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        load.Store(begun.Token, "s", 1, [new OfferSetConfig(member, [new("o3", 1)], [new AffinityConfig(AffinityKind.Item, "i", 1)])]);
        _from.Registry.Seal("a", begun.Token, new SealRequest { MinCoverage = 0, MaxDrift = 10 });
        _from.Registry.Publish("a", force: false);
        Courier.Bring(_from, _to, "a", First);
        _to.Registry.Publish("a", force: false);
        using StagedGeneration staged = Courier.Stage(_to, "a");
        using (ShardExtract extract = _from.Registry.Extract("a", Second, CancellationToken.None))
        {
            Courier.Carry(extract.Files, staged);
        }

        Erase(member);
        _truth.Sets((member, "o8"));
        _truth.Follow(_to);
        _to.Registry.Import(staged);

        for (int start = 0; start < 2; start++)
        {
            Assert.Equal("o8", _to.Best(member));
            Assert.False(_to.Serving.Current!.Generation.TryReadAffinities(MemberKey.From(member), new AffinityBuffer()));
            _to.Restart();
        }
    }

    // Records name offers by their index, and the files have the catalogue of the seal.
    [Fact]
    public void Import_FurtherShardsAfterOffersWerePut_IsReadAgainByARestart()
    {
        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);
        string[] members = [Of(First)[0], Of(Second)[0]];
        _truth.Offers("later", "o0");
        _truth.Sets((members[0], "later"), (members[1], "later"));
        _truth.Follow(_to);

        Courier.Bring(_from, _to, "w", Second);

        for (int start = 0; start < 3; start++)
        {
            Assert.All(members, member => Assert.Equal("later", _to.Best(member)));
            Assert.All(Of(First.With(Second)).Except(members), member => Assert.Equal("o3", _to.Best(member)));
            Assert.Equal("changed", _to.Serving.Current!.Catalogue[0].Config.Title);
            _to.Restart();
        }
    }

    [Fact]
    public void Extract_SameShardsTwice_IsTheSameContentWhateverIsPut()
    {
        using ShardExtract once = _from.Registry.Extract("w", First, CancellationToken.None);
        _truth.Sets((Of(First)[0], "o9"));
        using ShardExtract again = _from.Registry.Extract("w", First, CancellationToken.None);

        Assert.Equal(once.Files.ContentHash, again.Files.ContentHash);
    }

    [Fact]
    public void Extract_ShardsThatAreNotHere_IsRefused()
    {
        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);

        GenerationException refused = Assert.Throws<GenerationException>(() => _to.Registry.Extract("w", Second, CancellationToken.None));

        Assert.Equal(GenerationError.WrongState, refused.Error);
        Assert.Contains("holds shards 0, 5 of 8", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_to.Directory, "outgoing-*"));
    }

    [Fact]
    public void Load_OfSomeShards_RefusesOthersMembersByName_AlsoWhenItIsTakenUp()
    {
        BegunLoad begun = _to.Registry.Begin("x", Members, resume: false, "test", First);
        LoadSession load = _to.Registry.Load("x", begun.Token);
        load.LoadOffers(begun.Token, RegistryFixture.Offers);
        ChunkResult result = load.Store(begun.Token, "s", 1, RegistryFixture.Packed(0, Members / 2, best: 1));
        _to.Restart();
        begun = _to.Registry.Begin("x", Members, resume: true, "test", ShardSet.All(Shards));
        ChunkResult resumed = _to.Registry.Load("x", begun.Token).Store(begun.Token, "s", 2, RegistryFixture.Packed(Members / 2, Members, best: 1));
        _to.Registry.Seal("x", begun.Token, new SealRequest { MaxRejected = 1 });
        _to.Registry.Publish("x", force: false);

        Assert.Equal(Of(First).Count, result.Accepted + resumed.Accepted);
        Assert.All(result.Rejected, rejected => Assert.Equal(RejectReason.OtherShard, rejected.Reason));
        Assert.Contains("takes shards 0, 5 of 8", resumed.Rejected[0].Message, StringComparison.Ordinal);
        Assert.Equal(First, _to.Registry.Get("x").Shards);
        Assert.All(Of(First), member => Assert.Equal("o1", _to.Best(member)));
    }

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    private static List<string> Of(ShardSet shards) => [.. Enumerable.Range(0, Members).Select(m => $"m{m}").Where(member => shards.Holds(MemberKey.From(member)))];

    // Of the fleet: each node follows it in its own time.
    private void Erase(string member)
    {
        long at = DateTimeOffset.UtcNow.UtcTicks;
        _from.Erase(member, at);
        _to.Erase(member, at);
        _from.Registry.FollowErasures();
    }

    private void AssertHolds(ShardSet shards)
    {
        Assert.All(Of(shards), member => Assert.Equal("o3", _to.Best(member)));
        Assert.All(Of(ShardSet.All(Shards).Without(shards)), member => Assert.Null(_to.Best(member)));
    }
}
