using DecisionServer.Fleet.Segments;
using DecisionServer.Store;
using DecisionServer.Tests.Processes;
using DecisionServer.Tests.Services;
using DecisionServer.Tests.Support;
using DecisionServer.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace DecisionServer.Tests.Fleet.Segments;

/// <summary>A generation fetched over the network from real servers.</summary>
public sealed class GenerationPullTests
{
    private static readonly TransferOptions Quick = new()
    {
        FirstBackoff = TimeSpan.FromMilliseconds(10),
        LongestBackoff = TimeSpan.FromMilliseconds(50),
        Silence = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public async Task Fetch_FromANode_GivesTheSameAnswers()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");

        GenerationInfo info = await Fetch(to, Quick, from.Address);

        Assert.Equal(Store.GenerationState.Sealed, info.State);
        await Publish(to);
        Assert.Equal(await Node.Answers(from.Channel), await Node.Answers(to.Channel));
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Fetch_SourceKilledMidway_GoesOnFromTheNext()
    {
        using var data = new TemporaryDirectory();
        await Node.Prepare(data.File("a"), "w");
        Copy(data.File("a"), data.File("b"));
        await using RunningServer to = await RunningServer.Start();
        await using ServerProcess first = await ServerProcess.Start(data.File("a"), []);
        await using ServerProcess second = await ServerProcess.Start(data.File("b"), []);
        await using FaultProxy toFirst = FaultProxy.Start(first.Grpc.Port);
        await using FaultProxy toSecond = FaultProxy.Start(second.Grpc.Port);
        long size = new DirectoryInfo(data.File("a/generations/g-w")).GetFiles().Sum(file => file.Length);

        // 1. The first one gives slowly, and is killed when a part has come; only then is there another one to ask.
        toFirst.Throttle(400_000);
        Uri[] peers = [Address(toFirst)];
        Task<GenerationInfo> fetching = Node.Pull(to, Quick with { Rounds = 1_000 }).Fetch("w", "", () => Volatile.Read(ref peers), null, CancellationToken.None);
        await Eventually.True(() => toFirst.Bytes(LinkWay.ToClient) > size / 3, "a third has come");
        Assert.False(fetching.IsCompleted);
        await first.Kill();
        Volatile.Write(ref peers, [Address(toFirst), Address(toSecond)]);

        // 2. The second one gives what is missing, not all of it again.
        GenerationInfo info = await fetching.WaitAsync(RunningServer.Bound);
        Assert.Equal(Store.GenerationState.Sealed, info.State);
        Assert.InRange(toSecond.Bytes(LinkWay.ToClient), 1, size * 4 / 5);
        await Publish(to);
        Assert.Equal(await Node.Answers(second.Channel), await Node.Answers(to.Channel));
    }

    [Fact]
    [Trait("Category", "Fault")]
    public async Task Fetch_LinkCutAgainAndAgain_ComesInPieces()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");
        await using FaultProxy link = FaultProxy.Start(from.Address.Port);
        long size = from.Get<GenerationRegistry>().Files("w").Files.Sum(file => file.Length);

        link.ResetAfter(size / 5, LinkWay.ToClient);
        Task<GenerationInfo> fetching = Fetch(to, Quick with { Rounds = 1_000 }, Address(link));
        for (int cut = 0; cut < 3; cut++)
        {
            await Eventually.True(() => link.Accepted > cut + 1 || fetching.IsCompleted, "the link was cut and made again");
            link.ResetAfter(size / 5, LinkWay.ToClient);
        }

        Assert.Equal(Store.GenerationState.Sealed, (await fetching.WaitAsync(RunningServer.Bound)).State);
        await Publish(to);
        Assert.Equal(await Node.Answers(from.Channel), await Node.Answers(to.Channel));
    }

    [Fact]
    public async Task Fetch_FileDamagedAtTheSource_IsRefusedByNameUntilAnotherNodeHasIt()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");
        await Fetch(to, Quick, from.Address);
        await using RunningServer third = await RunningServer.Start();
        string path = Path.Combine(from.Get<StoreOptions>().Directory, "g-w", "segment-0001.seg");
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        PullException refused = await Assert.ThrowsAsync<PullException>(() => Fetch(third, Quick, from.Address));

        Assert.Contains("segment-0001.seg", refused.Message, StringComparison.Ordinal);
        Assert.Contains(from.Address.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Empty(third.Get<GenerationRegistry>().List());

        await Fetch(third, Quick, from.Address, to.Address);
        await Publish(third);
        await Publish(to);
        Assert.Equal(await Node.Answers(to.Channel), await Node.Answers(third.Channel));
    }

    [Fact]
    public async Task Fetch_NobodyHasIt_SaysWhatEachAnswered()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        from.Get<GenerationRegistry>().Begin("open", 1, resume: false, "test");

        PullException refused = await Assert.ThrowsAsync<PullException>(() => Fetch(to, Quick with { Rounds = 2 }, from.Address));
        Assert.Contains("there is no generation 'w'", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<PullException>(() => Node.Pull(to, Quick with { Rounds = 2 }).Fetch("open", "", () => [from.Address], null, CancellationToken.None));
        Assert.Contains("not sealed yet", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_OtherContentThanWanted_IsRefused()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");

        PullException refused = await Assert.ThrowsAsync<PullException>(
            () => Node.Pull(to, Quick with { Rounds = 2 }).Fetch("w", "0123456789abcdef", () => [from.Address], null, CancellationToken.None));

        Assert.Contains("0123456789abcdef", refused.Message, StringComparison.Ordinal);
    }

    // Nobody reads what these two are sent, so they stay open; the third is sent away, and served when one of them ends.
    [Fact]
    public async Task FetchGeneration_MoreThanAtOnce_AreSentAwayWithAHint()
    {
        await using RunningServer from = await RunningServer.Start();
        Node.Load(from, "w");
        var client = new FleetService.FleetServiceClient(from.Channel);
        var open = Enumerable.Range(0, 2).Select(_ => client.FetchGeneration(new FetchGenerationRequest { GenerationId = "w" })).ToList();
        foreach (var call in open)
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(RunningServer.Bound));
        }

        Assert.Equal(2, from.Get<GenerationHandout>().Busy);
        using (var third = client.FetchGeneration(new FetchGenerationRequest { GenerationId = "w" }))
        {
            RpcException refused = await RunningServer.Refused(() => third.ResponseStream.MoveNext(CancellationToken.None), StatusCode.ResourceExhausted);
            Assert.Equal("1000", refused.Trailers.GetValue(Errors.RetryPushback));
        }

        open[0].Dispose();
        await Eventually.True(() => from.Get<GenerationHandout>().Busy == 1, "the slot is free again");
        await using RunningServer to = await RunningServer.Start();
        Assert.Equal(Store.GenerationState.Sealed, (await Fetch(to, Quick, from.Address)).State);
        open[1].Dispose();
        await Eventually.True(() => from.Get<GenerationHandout>().Busy == 0, "nothing is handed on any more");
    }

    [Fact]
    public async Task Fetch_MemberErasedBeforeDuringAndAfter_IsNeverServed()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");
        var members = new MemberService.MemberServiceClient(to.Channel);
        await members.EraseMemberAsync(new() { MemberId = "m0", IdempotencyKey = "0" });
        await using FaultProxy link = FaultProxy.Start(from.Address.Port);
        link.Throttle(2_000_000);

        Task<GenerationInfo> fetching = Fetch(to, Quick, Address(link));
        await Eventually.True(() => link.Bytes(LinkWay.ToClient) > 200_000, "a part has come");
        await members.EraseMemberAsync(new() { MemberId = "m1", IdempotencyKey = "1" });
        await fetching.WaitAsync(RunningServer.Bound);
        await members.EraseMemberAsync(new() { MemberId = "m2", IdempotencyKey = "2" });
        await Publish(to);
        await members.EraseMemberAsync(new() { MemberId = "m3", IdempotencyKey = "3" });

        foreach (int m in (int[])[0, 1, 2, 3])
        {
            NextBestOffersResponse answer = await to.Decisions.NextBestOffersAsync(new() { MemberId = $"m{m}" });
            Assert.DoesNotContain(answer.Placements[0].Offers, offer => offer.Source == OfferSource.Member);
        }

        NextBestOffersResponse other = await to.Decisions.NextBestOffersAsync(new() { MemberId = "m4" });
        Assert.Contains(other.Placements[0].Offers, offer => offer.Source == OfferSource.Member);
    }

    [Fact]
    public async Task Forget_WhatHadBegunToComeAndIsNotWantedAnyMore_LeavesNothingOfIt()
    {
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");
        await using FaultProxy link = FaultProxy.Start(from.Address.Port);
        link.Throttle(100_000);
        GenerationPull pull = Node.Pull(to, Quick);
        using var stop = new CancellationTokenSource();
        Task<GenerationInfo> stopped = pull.Fetch("w", "", () => [Address(link)], null, stop.Token);
        await Eventually.True(() => StagedGeneration.Find(to.Get<StoreOptions>()).Count > 0, "a part has come");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.WaitAsync(RunningServer.Bound));

        await pull.Forget(id => id == "w");
        Assert.Equal(["w"], StagedGeneration.Find(to.Get<StoreOptions>()));
        await pull.Forget(id => false);

        Assert.Empty(StagedGeneration.Find(to.Get<StoreOptions>()));
    }

    [Fact]
    public async Task Fetch_SharedDirectory_NeedsNoNode()
    {
        using var shared = new TemporaryDirectory();
        await using RunningServer from = await RunningServer.Start();
        await using RunningServer to = await RunningServer.Start();
        Node.Load(from, "w");
        var options = Quick with { SharedDirectory = shared.File("all") };
        var sharing = new GenerationSharing(from.Get<GenerationRegistry>(), options, NullLogger<GenerationSharing>.Instance);
        await sharing.Offer("w");

        GenerationInfo info = await Node.Pull(to, options).Fetch("w", "", () => [], null, CancellationToken.None);

        Assert.Equal(Store.GenerationState.Sealed, info.State);
        await Publish(to);
        Assert.Equal(await Node.Answers(from.Channel), await Node.Answers(to.Channel));

        await sharing.Remove("w");
        Assert.Empty(Directory.GetFileSystemEntries(options.SharedDirectory));
    }

    private static Task<GenerationInfo> Fetch(RunningServer into, TransferOptions options, params Uri[] from) =>
        Node.Pull(into, options).Fetch("w", "", () => from, null, CancellationToken.None);

    private static async Task Publish(RunningServer server) =>
        await new IngestService.IngestServiceClient(server.Channel).PublishGenerationAsync(new() { GenerationId = "w" });

    private static Uri Address(FaultProxy link) => new("http://" + link.Address);

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
