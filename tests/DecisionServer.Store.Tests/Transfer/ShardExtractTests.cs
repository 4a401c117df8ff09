using DecisionServer.Store.Tests.Generations;

namespace DecisionServer.Store.Tests.Transfer;

/// <summary>Shards of a generation move between nodes as they are at the moment: with what was put, without who was erased.</summary>
public sealed class ShardExtractTests : IDisposable
{
    private const int Members = 2000;
    private const int Shards = 8;
    private static readonly ShardSet First = new(Shards, [0, 5]);
    private static readonly ShardSet Second = new(Shards, [2]);
    private readonly RegistryFixture _from = new();
    private readonly RegistryFixture _to = new();

    public ShardExtractTests()
    {
        _from.Load("w", Members, best: 3);
        _from.Registry.Publish("w", force: false);
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
    public void Extract_WhatWasPutAndErased_IsAsItIsNow()
    {
        string[] first = [.. Of(First).Take(4)], second = [.. Of(Second).Take(4)];
        string[] touched = [.. first, .. second];
        foreach (string[] members in new[] { first, second })
        {
            // 0: put. 1: erased. 2: erased, and somebody new since. 3: put, then erased.
            Put(_from, members[0], "o9");
            Erase(members[1], _from);
            Erase(members[2], _from);
            Put(_from, members[2], "o8");
            Put(_from, members[3], "o9");
            Erase(members[3], _from);
        }

        _from.Erased.ForEach(_to.Erased.Add);
        _to.Restart();
        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);
        Courier.Bring(_from, _to, "w", Second);

        for (int start = 0; start < 2; start++)
        {
            foreach (string[] members in new[] { first, second })
            {
                Assert.Equal(["o9", null, "o8", null], members.Select(_to.Best));
            }

            Assert.All(Of(First.With(Second)).Except(touched), member => Assert.Equal("o3", _to.Best(member)));
            _to.Restart();
        }
    }

    // The extract was made before; the node that takes it in has followed more since.
    [Fact]
    public void Import_PutOrErasedHereMeanwhile_WhatIsNewerStays()
    {
        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);
        string[] members = [.. Of(Second).Take(3)];
        using StagedGeneration staged = Courier.Stage(_to, "w");
        using (ShardExtract extract = _from.Registry.Extract("w", Second, CancellationToken.None))
        {
            Courier.Carry(extract.Files, staged);
        }

        Put(_to, members[0], "o9");
        Erase(members[1], _to);
        Erase(members[2], _to);
        Put(_to, members[2], "o8");
        _to.Registry.Import(staged);

        for (int start = 0; start < 2; start++)
        {
            Assert.Equal(["o9", null, "o8"], members.Select(_to.Best));
            Assert.All(Of(First.With(Second)).Except(members), member => Assert.Equal("o3", _to.Best(member)));
            _to.Restart();
        }
    }

    [Fact]
    public void Extract_OffersAddedSince_AreInItsCatalogue()
    {
        _from.Serving.PutOffers([new OfferConfig { OfferId = "later" }], out _, out _);
        string member = Of(First)[0];
        Put(_from, member, "later");

        Courier.Bring(_from, _to, "w", First);
        _to.Registry.Publish("w", force: false);

        Assert.Equal("later", _to.Best(member));
    }

    [Fact]
    public void Extract_SameShardsTwice_IsTheSameContent()
    {
        Put(_from, Of(First)[0], "o9");
        using ShardExtract once = _from.Registry.Extract("w", First, CancellationToken.None);
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

    private static void Put(RegistryFixture node, string member, string offer) =>
        Assert.Empty(node.Serving.Current!.Generation.PutOfferSets([new OfferSetConfig(member, [new(offer, 1)], [])]));

    private static void Erase(string member, RegistryFixture node)
    {
        node.Erase(member);
        node.Registry.FollowErasures();
    }

    private void AssertHolds(ShardSet shards)
    {
        Assert.All(Of(shards), member => Assert.Equal("o3", _to.Best(member)));
        Assert.All(Of(ShardSet.All(Shards).Without(shards)), member => Assert.Null(_to.Best(member)));
    }
}
